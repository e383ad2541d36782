package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.websocket.Frames;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.Role;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A program may do anything from its callbacks, and no peer stops another. */
class WebSocketCareTest {
  private static final int BINARY = Frames.FIN | Frames.BINARY;

  private static WebSocketKit memory(final Bases bases, final Role role) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.MEMORY, role);
  }

  // ---- code of the program within a send ----

  private static EventBuffer released(final byte[] bytes, final Runnable release) {
    return new EventBuffer().addReference(ByteBuffer.wrap(bytes), release);
  }

  /** A client copies what is shared before it masks that, and so releases it. */
  @EngineTest
  void aMessageIsSentFromARelease(final Bases bases) {
    final byte[] bytes = "x".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    for (final Role role : Role.values()) {
      final WebSocketKit kit = memory(bases, role);
      kit.socket.send(released(bytes, () -> kit.socket.send("inner")));
      kit.until(() -> kit.frames.size() == 2);
      assertThat(kit.sent())
          .containsExactlyInAnyOrder("text inner", "binary" + Frames.shown(bytes));
      kit.say(BINARY, "after").until(() -> kit.words.contains("binary after"));
      assertThat(bases.exceptions).isEmpty();
      kit.peer.close();
    }
  }

  /** No data may follow a close frame. */
  @EngineTest
  void aSocketIsClosedFromARelease(final Bases bases) {
    for (final boolean drops : new boolean[] {false, true}) {
      final WebSocketKit kit = memory(bases, Role.CLIENT);
      final boolean sent =
          kit.socket.send(
              released(
                  new byte[20_000],
                  () -> {
                    if (drops) {
                      kit.socket.close();
                    } else {
                      kit.socket.close(WebSocket.NORMAL, "");
                    }
                  }));
      assertThat(sent).isFalse();
      if (drops) {
        assertThat(kit.words).containsExactly("closed 1006");
      } else {
        kit.until(kit::hasClose);
        assertThat(kit.sent()).containsExactly("close 1000");
      }
      assertThat(bases.exceptions).isEmpty();
    }
  }

  @EngineTest
  void aPartIsNotSentFromTheReleaseOfAnother(final Bases bases) {
    final WebSocketKit kit = memory(bases, Role.CLIENT);
    final MessageWriter writer = kit.socket.startMessage(false);
    final List<String> refused = new ArrayList<>();
    writer.write(
        released(
            new byte[20_000],
            () -> {
              try {
                writer.write(new byte[1]);
              } catch (final IllegalStateException e) {
                refused.add(e.getMessage());
              }
            }));
    writer.end();
    kit.until(() -> kit.frames.size() == 2);
    assertThat(refused).hasSize(1);
    assertThat(kit.frames.get(0).payload()).hasSize(20_000);
    assertThat(kit.sent().get(1)).isEqualTo("more");
  }

  /** Whatever the output holds by then: frames that wait are counted before they are there. */
  @EngineTest
  void aMessageIsSentFromACallbackOfTheOutput(final Bases bases) {
    for (final Role role : Role.values()) {
      final WebSocketKit kit = memory(bases, role);
      final int[] inner = {0};
      kit.peer.disable(Event.READ);
      kit.socket.stream()
          .output()
          .addCallback(
              (buffer, before, added, removed) -> {
                if (added > 0 && inner[0] < 50) {
                  inner[0]++;
                  kit.socket.send(new byte[inner[0]]);
                }
              });
      for (int i = 0; i < 10; i++) {
        kit.socket.send(new byte[100_000]);
        kit.socket.ping(new byte[] {(byte) i});
      }
      kit.peer.enable(Event.READ);
      kit.until(() -> kit.frames.size() == 70);
      assertThat(kit.frames.stream().filter(each -> each.payload().length == 100_000)).hasSize(10);
      assertThat(kit.frames.stream().filter(each -> each.opcode() == Frames.PING)).hasSize(10);
      assertThat(kit.socket.queued()).isZero();
      assertThat(bases.exceptions).isEmpty();
      kit.peer.close();
    }
  }

  // ---- memory ----

  /** Messages that never end are a part of what their connections hold. */
  @EngineTest
  void messagesThatNeverEndDoNotStopTheOthers(final Bases bases) {
    final long limit = 8 << 20;
    final EventBase server = bases.base(bases.config().maxBufferMemory(limit));
    final EventBase clients = bases.base();
    final List<WebSocket> sockets = new ArrayList<>();
    final List<BufferEvent> peers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      final NetSocket[] pair = server.sockets().pair();
      final SocketBufferEvent peer =
          bases.later(BufferEvent.socket(clients, pair[1], BufferEvent.CLOSE_ON_FREE));
      final WebSocket socket =
          bases.later(
              WebSocket.over(
                  BufferEvent.socket(server, pair[0], BufferEvent.CLOSE_ON_FREE),
                  Role.SERVER,
                  WebSocketConfig.DEFAULT));
      socket.onMessage((self, message) -> self.send(message));
      sockets.add(socket);
      peers.add(peer);
    }
    final byte[] long1 = Frames.frame(true, BINARY, new byte[1 << 20]);
    for (int i = 1; i < peers.size(); i++) { // all but the last byte
      peers.get(i).output().addReference(ByteBuffer.wrap(long1, 0, long1.length - 1), null);
    }
    Streams.runBoth(server, clients, () -> server.bufferMemory() > limit * 8 / 10);
    Streams.runFor(clients, 20);
    final BufferEvent honest = peers.get(0);
    honest.enable(Event.READ);
    for (int i = 1; i <= 20; i++) {
      honest.write(Frames.frame(true, BINARY, new byte[1000]));
      final long wanted = i * 1004L;
      Streams.runBoth(server, clients, () -> honest.input().length() == wanted);
    }
    assertThat(server.bufferMemory()).isLessThan(limit);
    assertThat(sockets).allMatch(each -> each.state() == SocketState.OPEN);
    assertThat(bases.exceptions).isEmpty();
  }

  // ---- what comes ----

  /** The four bytes that are never sent would be its last ones. */
  @EngineTest
  void aCompressedMessageThatWasCut(final Bases bases) {
    for (final boolean keeps : DeflateTalk.BOTH) {
      for (final String cut : new String[] {"\0\u0064\0\u009b\u00ffA", "\0\u0003\0\u00fc\u00ff"}) {
        final DeflateTalk talk = new DeflateTalk(bases, keeps);
        talk.say(DeflateTalk.BINARY, cut).say(0x82, "not read");
        assertThat(talk.code()).isEqualTo(1007);
        assertThat(talk.messages).isEmpty();
      }
    }
  }

  /** The stream may have had marks for another protocol. */
  @EngineTest
  void marksFromBeforeDoNotHoldMessages(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(pair[1]);
    pair[0].setWatermarks(Event.READ, 100, 0);
    final WebSocket socket =
        bases.later(WebSocket.over(pair[0], Role.SERVER, WebSocketConfig.DEFAULT));
    final List<String> words = new ArrayList<>();
    WebSocketKit.record(socket, words);
    pair[1].write(Frames.frame(true, BINARY, "few"));
    Streams.run(base, () -> !words.isEmpty());
    assertThat(words).containsExactly("binary few");
  }

  // ---- time ----

  private static WebSocketKit pinging(final Bases bases, final int millis) {
    return new WebSocketKit(
        bases,
        bases.base(),
        WebSocketKit.Way.MEMORY,
        Role.SERVER,
        WebSocketConfig.DEFAULT.pingInterval(Duration.ofMillis(millis)));
  }

  /** A program that reads no more until it can send does not wait for ever. */
  @EngineTest
  void aPausedSocketWhosePeerTakesNothingIsLost(final Bases bases) {
    final WebSocketKit kit = pinging(bases, 200);
    kit.peer.disable(Event.READ);
    kit.peer.setWatermarks(Event.READ, 0, 1);
    kit.socket.send(new byte[300_000]);
    kit.socket.pause();
    kit.until(kit::isClosed);
    assertThat(kit.words).containsExactly("closed 1006");
  }

  /** But where nothing waits, what the peer says is not known. */
  @EngineTest
  void aPausedSocketWithNothingToSendIsKept(final Bases bases) {
    final WebSocketKit kit = pinging(bases, 100);
    kit.socket.pause();
    Streams.runFor(kit.base, 600);
    assertThat(kit.words).isEmpty();
  }

  @EngineTest
  void aClosedStreamIsRefusedAndLeavesNothing(final Bases bases) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    pair[0].close();
    pair[1].close();
    assertThatThrownBy(
            () ->
                WebSocket.over(
                    pair[0],
                    Role.SERVER,
                    WebSocketConfig.DEFAULT.pingInterval(Duration.ofMillis(20))))
        .isInstanceOf(IllegalStateException.class);
    base.dispatch();
    Streams.runFor(base, 60);
    assertThat(bases.exceptions).isEmpty();
  }

  // ---- the end ----

  /** A program removes a socket from its lists by what it knows of it, however it has ended. */
  @EngineTest
  void thePeerIsKnownAfterTheEnd(final Bases bases) {
    for (int way = 0; way < 4; way++) {
      final EventBase base = bases.base();
      final BufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
      final SocketAddress address = ends[0].handle().remoteAddress();
      assertThat(address).isInstanceOf(InetSocketAddress.class);
      final List<SocketAddress> seen = new ArrayList<>();
      final WebSocket socket =
          bases.later(WebSocket.over(ends[0], Role.SERVER, WebSocketConfig.DEFAULT));
      socket.onClose((self, code, reason, clean) -> seen.add(self.peer()));
      switch (way) {
        case 0 -> ends[1].close();
        case 1 -> {
          ends[1].handle().set(NetOption.LINGER, 0);
          ends[1].close();
        }
        case 2 -> socket.close();
        default -> ends[1].write(Frames.close(true, 1000, ""));
      }
      Streams.run(base, () -> !seen.isEmpty());
      assertThat(seen).containsExactly(address);
      assertThat(bases.exceptions).isEmpty();
    }
  }

  /** The peer has got another code already. */
  @EngineTest
  void aHandlerThatClosesAndThrows(final Bases bases) {
    final WebSocketKit kit = memory(bases, Role.SERVER);
    kit.socket.onMessage(
        (self, message) -> {
          self.close(WebSocket.NORMAL, "enough");
          throw new IllegalStateException("on purpose");
        });
    kit.say(BINARY, "x").until(kit::isClosed);
    assertThat(kit.sent()).contains("close 1000");
    assertThat(kit.words).containsExactly("closed 1000");
    assertThat(bases.exceptions).hasSize(1);
    bases.exceptions.clear();
  }

  /** One that begins while its server is closed is ended with it. */
  @EngineTest
  void aServerIsClosedBetweenTheAnswerAndTheSocket(final Bases bases) {
    final WebSocketEcho echo = new WebSocketEcho(bases);
    echo.kit.server.onComplete(access -> echo.kit.server.close());
    final HttpKit.Client client = echo.kit.client().say(WebSocketBytes.ask());
    client.rest();
    Streams.run(
        echo.kit.base,
        () -> echo.sockets.stream().allMatch(each -> each.state() == SocketState.CLOSED));
    assertThat(echo.kit.server.connections()).isZero();
  }
}
