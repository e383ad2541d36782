package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** Peers that send too much or read too little, pauses, and messages in parts. */
class WebSocketFlowTest {
  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final int PING = Frames.FIN | Frames.PING;
  private static final int LAST = Frames.FIN | Frames.CONTINUATION;
  private static final int FLOOD = 100_000;

  private static WebSocketKit memory(
      final Bases bases, final Role role, final WebSocketConfig config) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.MEMORY, role, config);
  }

  private static WebSocketKit memory(final Bases bases, final Role role) {
    return memory(bases, role, WebSocketConfig.DEFAULT);
  }

  private static WebSocketKit sockets(final Bases bases, final Role role) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.SOCKETS, role);
  }

  private static void say(final WebSocketKit kit, final int count, final byte[] frame) {
    final int batch = 1000;
    for (int i = 0; i < count; i += batch) {
      final byte[][] frames = new byte[batch][];
      Arrays.fill(frames, frame);
      kit.say(Frames.join(frames));
      kit.base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  /** A peer that pings and does not read gets the newest pong, and costs no memory. */
  @EngineTest
  void aFloodOfPings(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role);
        final AtomicLong pings = new AtomicLong();
        final AtomicLong max = new AtomicLong();
        kit.socket.onPing(
            (self, payload) -> {
              pings.incrementAndGet();
              max.accumulateAndGet(self.queued(), Math::max);
            });
        kit.peer.disable(Event.READ);
        say(kit, FLOOD, Frames.frame(kit.masks(), PING, "x".repeat(100)));
        kit.say(PING, "newest").until(() -> pings.get() == FLOOD + 1);
        assertThat(max.get()).isBetween(64 * 1024L, 65 * 1024L);
        kit.peer.enable(Event.READ);
        kit.until(() -> kit.sent().contains("pong newest"));
        assertThat(kit.sent()).endsWith("pong newest");
        assertThat(kit.frames).hasSizeLessThan(1000).allMatch(each -> each.opcode() == 10);
        kit.say(PING, "again").until(() -> kit.sent().contains("pong again"));
      }
    }
  }

  /** The answer to a ping passes messages that wait, and does not cut one. */
  @EngineTest
  void aPongAheadOfWhatIsQueued(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = sockets(inner, role);
        kit.peer.disable(Event.READ);
        for (int i = 0; i < 40; i++) {
          kit.socket.send(new byte[100_000]);
        }
        kit.say(PING, "old").say(PING, "p").until(() -> kit.words.contains("ping p"));
        kit.peer.enable(Event.READ);
        kit.until(() -> kit.frames.size() == 41);
        assertThat(kit.sent()).containsOnlyOnce("pong p").doesNotContain("pong old");
        assertThat(kit.sent().indexOf("pong p")).isLessThan(30);
        assertThat(kit.frames.stream().filter(each -> each.payload().length == 100_000))
            .hasSize(40);
      }
    }
  }

  @EngineTest
  void aSlowReaderMakesItUnwritable(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role);
        kit.socket.onWritable(self -> kit.words.add("writable " + (self.queued() <= 64 * 1024)));
        kit.peer.disable(Event.READ);
        int sent = 0;
        while (kit.socket.isWritable()) {
          kit.socket.send(new byte[1000]);
          sent++;
        }
        assertThat(kit.socket.queued()).isBetween(256 * 1024L, 258 * 1024L);
        for (int i = 0; i < 500; i++) {
          kit.socket.send(new byte[1000]);
          sent++;
        }
        kit.settle();
        assertThat(kit.words).isEmpty();
        kit.peer.enable(Event.READ);
        final int all = sent;
        kit.until(() -> kit.frames.size() == all && !kit.words.isEmpty());
        kit.settle();
        assertThat(kit.words).containsExactly("writable true");
        assertThat(kit.socket.isWritable()).isTrue();
        assertThat(kit.socket.queued()).isZero();
      }
    }
  }

  /** Pings fill the output as messages do. */
  @EngineTest
  void pingsMakeItUnwritable(final Bases bases) {
    final WebSocketKit kit = memory(bases, Role.SERVER);
    kit.socket.onWritable(self -> kit.words.add("writable"));
    kit.peer.disable(Event.READ);
    while (kit.socket.isWritable()) {
      kit.socket.ping(new byte[125]);
    }
    kit.peer.enable(Event.READ);
    kit.until(() -> kit.words.contains("writable"));
  }

  /** A writer that goes on whenever it may sends all of it. */
  @EngineTest
  void aWriterThatWaitsForItsTurn(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = sockets(inner, role);
        final int[] left = {3000};
        final WebSocket.WritableHandler writer =
            self -> {
              while (left[0] > 0 && self.isWritable()) {
                self.send(new byte[3000]);
                left[0]--;
                assertThat(self.queued()).isLessThan(260 * 1024);
              }
            };
        kit.socket.onWritable(writer);
        writer.writable(kit.socket);
        kit.until(() -> kit.frames.size() == 3000);
        assertThat(inner.exceptions).isEmpty();
        assertThat(kit.words).isEmpty();
      }
    }
  }

  @EngineTest
  void tooMuchQueuedDropsTheConnection(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = memory(inner, role, WebSocketConfig.DEFAULT.maxQueued(10_000));
        kit.peer.disable(Event.READ);
        assertThat(kit.socket.send(new byte[9000])).isTrue();
        assertThat(kit.socket.send(new byte[2000])).isFalse();
        assertThat(kit.words).as("it may be in a loop over its sockets").isEmpty();
        assertThat(kit.socket.state()).isEqualTo(SocketState.CLOSED);
        assertThat(kit.socket.stream().isClosed()).isTrue();
        assertThat(kit.socket.queued()).isZero();
        assertThat(kit.socket.send(new byte[1])).isFalse();
        kit.until(kit::isClosed);
        kit.socket.close();
        assertThat(kit.words).containsExactly("closed 1008");
      }
    }
  }

  /** It is closed, or its handler throws, before the program has heard that it is dropped. */
  @EngineTest
  void droppedInAHandler(final Bases bases) {
    for (final boolean closes : new boolean[] {false, true}) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit =
            memory(inner, Role.SERVER, WebSocketConfig.DEFAULT.maxQueued(1000));
        kit.socket.onMessage(
            (self, message) -> {
              kit.words.add("text");
              self.send(new byte[2000]);
              if (closes) {
                self.close();
              } else {
                throw new IllegalStateException("dropped");
              }
            });
        kit.say(TEXT, "a").say(TEXT, "b").until(kit::isClosed).settle();
        assertThat(kit.words).containsExactly("text", "closed 1008");
        assertThat(inner.exceptions).hasSize(closes ? 0 : 1);
      }
    }
  }

  /** The one who reads too slowly is dropped, and no one else. */
  @EngineTest
  void aRoomWithASlowReader(final Bases bases) {
    final EventBase base = bases.base();
    final Set<WebSocket> room = new HashSet<>();
    final List<WebSocketKit> kits = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      final WebSocketKit kit =
          new WebSocketKit(
              bases,
              base,
              WebSocketKit.Way.MEMORY,
              Role.SERVER,
              WebSocketConfig.DEFAULT.maxQueued(5000));
      kits.add(kit);
      room.add(kit.socket);
      kit.socket
          .onText((self, text) -> room.forEach(other -> other.send(text)))
          .onClose(
              (self, code, reason, clean) -> {
                room.remove(self);
                kit.words.add(WebSocketKit.closed(code, clean));
              });
    }
    kits.get(2).peer.disable(Event.READ);
    for (int i = 0; i < 10; i++) {
      kits.get(0).say(TEXT, "x".repeat(1000)).settle();
    }
    assertThat(bases.exceptions).isEmpty();
    assertThat(kits.get(2).words).containsExactly("closed 1008");
    assertThat(room).hasSize(4);
    for (final int i : new int[] {0, 1, 3, 4}) {
      assertThat(kits.get(i).words).isEmpty();
      assertThat(kits.get(i).frames).hasSize(10);
    }
  }

  // ---- pause and resume ----

  @EngineTest
  void pauseLeavesFramesInTheInput(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = sockets(inner, role);
        kit.socket.onText(
            (self, text) -> {
              kit.words.add(text);
              self.pause();
            });
        kit.say(
            Frames.join(
                Frames.frame(kit.masks(), TEXT, "a"),
                Frames.frame(kit.masks(), PING, "p"),
                Frames.frame(kit.masks(), TEXT, "b")));
        kit.until(() -> kit.words.contains("a"));
        kit.say(TEXT, "c");
        Streams.runFor(kit.base, 10);
        assertThat(kit.words).containsExactly("a");
        assertThat(kit.frames).isEmpty();
        kit.socket.resume();
        assertThat(kit.words).as("later").containsExactly("a");
        kit.until(() -> kit.words.contains("b"));
        Streams.runFor(kit.base, 10);
        assertThat(kit.words).containsExactly("a", "ping p", "b");
        kit.socket.resume();
        kit.until(() -> kit.words.contains("c"));
        kit.socket.resume();
        kit.sayClose(1000, "").end();
        assertThat(kit.words).containsExactly("a", "ping p", "b", "c", "closed 1000, clean");
      }
    }
  }

  @EngineTest
  void pauseWithinAMessageOfManyParts(final Bases bases) {
    final WebSocketKit kit = sockets(bases, Role.SERVER);
    final StringBuilder got = new StringBuilder();
    kit.socket.onFragment(
        (self, bytes, text, last) -> {
          got.append(new String(bytes.toByteArray(), StandardCharsets.US_ASCII));
          self.pause();
          self.base().execute(self::resume);
        });
    final StringBuilder said = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      final String part = "part " + i + ";";
      said.append(part);
      kit.say(i == 0 ? Frames.TEXT : i == 199 ? LAST : 0, part);
    }
    kit.until(() -> got.length() == said.length());
    assertThat(got.toString()).isEqualTo(said.toString());
  }

  /** The end of the stream waits behind what was not read. */
  @EngineTest
  void theEndOfTheStreamMeanwhile(final Bases bases) {
    for (final WebSocketKit.Way way : WebSocketKit.Way.values()) {
      for (final boolean byPeer : new boolean[] {false, true}) {
        try (Bases inner = bases.inner()) {
          final WebSocketKit kit = new WebSocketKit(inner, inner.base(), way, Role.SERVER);
          kit.socket.onText(
              (self, text) -> {
                kit.words.add(text);
                self.pause();
              });
          kit.say(TEXT, "a").say(TEXT, "b").say(TEXT, "c");
          if (byPeer) {
            kit.sayClose(1000, "");
          }
          kit.peer.shutdownOutput();
          for (final String each : List.of("a", "b", "c")) {
            kit.until(() -> kit.words.contains(each));
            Streams.runFor(kit.base, 5);
            assertThat(kit.words).as("%s", way).endsWith(each);
            kit.socket.resume();
          }
          kit.until(kit::isClosed);
          final String end = byPeer ? "closed 1000, clean" : "closed 1006";
          assertThat(kit.words).as("%s", way).containsExactly("a", "b", "c", end);
        }
      }
    }
  }
}
