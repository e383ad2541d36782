package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ends that come with other things, or before, and frames that cannot be written whole. */
class EarlyEndTest {
  private static final String ASK =
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

  private final List<Throwable> exceptions = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private final EventBase base =
      new EventBase(
          new EventConfig()
              .maxBufferMemory(1 << 20)
              .exceptionHandler((source, thrown) -> exceptions.add(thrown)));
  private final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);

  @AfterEach
  void close() {
    ends[1].close();
    base.close();
    assertThat(exceptions).isEmpty();
  }

  private void listen(final WebSocket socket) {
    socket.onText((self, text) -> words.add(text));
    socket.onClose((self, code, reason, clean) -> words.add(code + " " + clean));
  }

  private void runUntilClosed() {
    for (int turn = 0; turn < 10_000 && words.stream().noneMatch(each -> each.endsWith("e")); ) {
      turn++;
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  /** Request, message, close frame and the end of the stream, all at once. */
  @Test
  void allComesAtOnce() {
    final HttpServer server = new HttpServer(base);
    server.handle("/", WebSocket.accept(this::listen));
    server.serve(ends[0]);
    ends[1].write(ASK.getBytes(StandardCharsets.US_ASCII));
    ends[1].write(Frames.frame(true, Frames.FIN | Frames.TEXT, "hello"));
    ends[1].write(Frames.frame(true, Frames.FIN | Frames.CLOSE, Frames.closing(1000, new byte[0])));
    ends[1].enable(Event.READ | Event.WRITE);
    ends[1].shutdownOutput();
    runUntilClosed();
    assertThat(words).containsExactly("hello", "1000 true");
    server.close();
  }

  /** The peer has ended its side before the stream became a socket. */
  @Test
  void theEndWasBefore() {
    ends[0].enable(Event.READ);
    ends[1].enable(Event.READ | Event.WRITE);
    ends[1].write(Frames.frame(true, Frames.FIN | Frames.TEXT, "hello"));
    ends[1].shutdownOutput();
    for (int turn = 0; turn < 10 && !ends[0].hasEnded(); turn++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(ends[0].hasEnded()).isTrue();
    listen(WebSocket.over(ends[0], Role.SERVER, WebSocketConfig.DEFAULT));
    runUntilClosed();
    assertThat(words).containsExactly("hello", "1006 false");
  }

  /** Nothing of it is sent, and the connection goes on. A buffer has lost its bytes: that ends. */
  @Test
  void aMessageForWhichThereIsNoMemory() {
    for (final Role role : Role.values()) {
      words.clear();
      final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
      final WebSocket socket = WebSocket.over(pair[0], role, WebSocketConfig.DEFAULT);
      listen(socket);
      assertThatThrownBy(() -> socket.send(new byte[2 << 20])).isInstanceOf(ErrnoException.class);
      assertThat(socket.send("after it")).isTrue();
      assertThat(socket.queued()).isLessThan(20);
      try (EventBuffer shared = new EventBuffer()) {
        shared.addReference(ByteBuffer.wrap(new byte[2 << 20]), null);
        if (role == Role.CLIENT) { // which has to mask a copy
          assertThatThrownBy(() -> socket.send(shared)).isInstanceOf(ErrnoException.class);
        } else {
          socket.close();
        }
      }
      assertThat(socket.send("after that")).isFalse();
      runUntilClosed();
      assertThat(words).containsExactly("1006 false");
      pair[1].close();
    }
    final WebSocketLoop loop = WebSocketLoop.of(base);
    final EventBuffer scratch = loop.takeFrame();
    assertThat(scratch.isEmpty()).as("nothing of it reaches another connection").isTrue();
    loop.giveFrame(scratch);
  }

  /** What waits cannot be moved to the output: the conversation is over all the same. */
  @Test
  void anEndForWhichThereIsNoRoom() {
    final List<SocketState> states = new ArrayList<>();
    final WebSocket[] socket = new WebSocket[1];
    try (EventBase large =
        new EventBase(
            new EventConfig()
                .exceptionHandler((source, thrown) -> states.add(socket[0].state())))) {
      final BufferEvent[] pair = BufferEvent.pair(large, BufferEvent.CLOSE_ON_FREE);
      socket[0] = WebSocket.over(pair[0], Role.SERVER, WebSocketConfig.DEFAULT);
      listen(socket[0]);
      socket[0].onWritable(
          self -> {
            pair[1].disable(Event.READ);
            for (int i = 0; i < 6; i++) {
              self.send(new byte[100_000]);
            }
            pair[0].output().freezeBack();
            throw new IllegalStateException("a handler throws");
          });
      for (int i = 0; i < 3; i++) {
        socket[0].send(new byte[100_000]);
      }
      pair[1].setCallbacks(self -> self.input().drain(self.input().length()), null, null);
      pair[1].enable(Event.READ | Event.WRITE);
      for (int turn = 0; turn < 1000 && words.isEmpty(); turn++) {
        large.loop(EventBase.LOOP_NONBLOCK);
      }
      assertThat(words).containsExactly("1006 false");
      assertThat(states)
          .as("at each exception")
          .containsExactly(SocketState.OPEN, SocketState.CLOSED);
      pair[1].close();
    }
  }

  /** What still waits has as much time as other ends have. */
  @Test
  void aClientsAnswerLeavesBehindMuchOutput() {
    final WebSocket socket = WebSocket.over(ends[0], Role.CLIENT, WebSocketConfig.DEFAULT);
    listen(socket);
    for (int i = 0; i < 5; i++) {
      socket.send(new byte[100_000]);
    }
    ends[1].enable(Event.WRITE);
    ends[1].setWatermarks(Event.READ, 0, 10_000);
    ends[1].write(
        Frames.frame(false, Frames.FIN | Frames.CLOSE, Frames.closing(1000, new byte[0])));
    runUntilClosed();
    assertThat(words).containsExactly("1000 true");
    final long[] got = new long[1];
    final Event wait =
        base.newTimer(
            (event, what) -> {
              ends[1].setWatermarks(Event.READ, 0, 0);
              ends[1].setCallbacks(
                  self -> {
                    got[0] += self.input().length();
                    self.input().drain(self.input().length());
                  },
                  null,
                  (self, end) -> self.close());
              ends[1].enable(Event.READ);
            });
    wait.add(Duration.ofMillis(2500));
    base.dispatch();
    wait.close();
    assertThat(got[0]).isGreaterThan(200_000);
  }

  /** The newest pong is the last one. */
  @Test
  void anOlderPongDoesNotFollow() {
    try (EventBuffer output = new EventBuffer(base);
        Sender sender =
            new Sender(base, output, Role.SERVER, WebSocketConfig.DEFAULT, null, () -> {})) {
      sender.frame(Opcode.FIN | Opcode.BINARY, new byte[100_000]);
      sender.pong(new byte[] {1}, 1);
      output.drain(output.length());
      sender.pong(new byte[] {2}, 1);
      sender.drained();
      assertThat(output.toByteArray()).containsExactly((byte) 0x8a, (byte) 1, (byte) 2);
    }
  }

  /** A handler that closes what it was given has failed, and that is all. */
  @Test
  void aHandlerThatClosesItsBytes() {
    final WebSocket socket = WebSocket.over(ends[0], Role.SERVER, WebSocketConfig.DEFAULT);
    listen(socket);
    socket.onBinary((self, bytes) -> bytes.close());
    ends[1].enable(Event.READ | Event.WRITE);
    ends[1].write(Frames.frame(true, Frames.FIN | Frames.BINARY, "x"));
    runUntilClosed();
    assertThat(words).containsExactly("1011 false");
    assertThat(exceptions).hasSize(1);
    exceptions.clear();
  }
}
