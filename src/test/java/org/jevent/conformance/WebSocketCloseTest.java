package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.net.NetOption;
import org.jevent.websocket.Frames;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.Role;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** The ends of WebSockets: who says what, in which state, and that the program hears of it once. */
class WebSocketCloseTest {
  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final byte[] LARGE = new byte[1 << 20];
  private static final WebSocketConfig PATIENT =
      WebSocketConfig.DEFAULT.closeTimeout(Duration.ofMinutes(5));
  private static final WebSocketConfig HASTY =
      WebSocketConfig.DEFAULT.closeTimeout(Duration.ofMillis(50));

  private static WebSocketKit kit(final Bases bases, final Role role) {
    return kit(bases, role, WebSocketConfig.DEFAULT);
  }

  private static WebSocketKit kit(
      final Bases bases, final Role role, final WebSocketConfig config) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.SOCKETS, role, config);
  }

  /** Runs a check with both roles, each on a base that is closed behind it. */
  private static void both(
      final Bases bases, final WebSocketConfig config, final Consumer<WebSocketKit> check) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        check.accept(kit(inner, role, config));
        assertThat(inner.exceptions).isEmpty();
      }
    }
  }

  private static void both(final Bases bases, final Consumer<WebSocketKit> check) {
    both(bases, WebSocketConfig.DEFAULT, check);
  }

  private static void assertAllRefused(final WebSocket socket) {
    assertThat(socket.send("a")).isFalse();
    assertThat(socket.send(new byte[1])).isFalse();
    try (EventBuffer bytes = new EventBuffer()) {
      bytes.add(new byte[3]);
      assertThat(socket.send(bytes)).isFalse();
      assertThat(bytes.isEmpty()).as("it is dropped").isTrue();
    }
    assertThat(socket.send(PreparedMessage.text("a"))).isFalse();
    assertThat(socket.ping(new byte[1])).isFalse();
    assertThat(socket.close(1000, "")).isFalse();
    assertThat(socket.isWritable()).isFalse();
    final MessageWriter writer = socket.startMessage(true);
    assertThat(writer.write("a")).isFalse();
    assertThat(writer.end()).isFalse();
  }

  @EngineTest
  void thisEndFirst(final Bases bases) {
    both(
        bases,
        kit -> {
          assertThat(kit.socket.close(4000, "why")).isTrue();
          assertThat(kit.socket.state()).isEqualTo(SocketState.CLOSING);
          assertAllRefused(kit.socket);
          kit.until(kit::hasClose);
          assertThat(kit.words).isEmpty();
          assertThat(kit.frames.get(0).payload())
              .isEqualTo(Frames.closing(4000, Frames.bytes("why")));
          kit.say(TEXT, "dropped").say(Frames.FIN | Frames.PING, "").sayClose(4001, "so").end();
          assertThat(kit.words).containsExactly("closed 4001, clean");
          assertThat(kit.sent()).containsExactly("close 4000");
          assertThat(kit.socket.state()).isEqualTo(SocketState.CLOSED);
          assertThat(kit.socket.queued()).isZero();
          assertAllRefused(kit.socket);
        });
  }

  @EngineTest
  void thePeerFirst(final Bases bases) {
    both(
        bases,
        kit -> {
          final List<String> reasons = new ArrayList<>();
          kit.socket.onClose(
              (self, code, reason, clean) -> {
                assertThat(self.state()).isEqualTo(SocketState.CLOSED);
                assertAllRefused(self);
                reasons.add(reason);
                kit.words.add(WebSocketKit.closed(code, clean));
              });
          kit.sayClose(1001, "caf\u00e9").end();
          assertThat(kit.words).containsExactly("closed 1001, clean");
          assertThat(reasons).containsExactly("caf\u00e9");
          assertThat(kit.frames.get(0).payload()).isEqualTo(Frames.closing(1001, new byte[0]));
          assertThat(kit.frames).hasSize(1);
        });
  }

  @EngineTest
  void bothAtOnce(final Bases bases) {
    both(
        bases,
        kit -> {
          kit.sayClose(1001, "");
          kit.socket.close(1000, "");
          kit.end();
          assertThat(kit.words).containsExactly("closed 1001, clean");
          assertThat(kit.sent()).containsExactly("close 1000");
        });
  }

  @EngineTest
  void inTheMiddleOfMessages(final Bases bases) {
    both(
        bases,
        kit -> {
          final MessageWriter writer = kit.socket.startMessage(true);
          assertThat(writer.write("part")).isTrue();
          kit.say(Frames.TEXT, "begun").sayClose(1000, "").end();
          assertThat(writer.write("more")).isFalse();
          assertThat(writer.end()).isFalse();
          assertThat(kit.words).containsExactly("closed 1000, clean");
          assertThat(kit.sent()).containsExactly("text part, and more", "close 1000");
        });
    both(
        bases,
        kit -> {
          final MessageWriter writer = kit.socket.startMessage(false);
          writer.write(new byte[2]);
          kit.say(Frames.TEXT, "begun").until(() -> kit.frames.size() == 1);
          kit.socket.close(1000, "");
          assertThat(writer.write(new byte[2])).isFalse();
          kit.say(Frames.FIN, "rest").say(TEXT, "next").sayClose(1000, "").end();
          assertThat(kit.words).containsExactly("closed 1000, clean");
          assertThat(kit.sent())
              .containsExactly("binary" + Frames.shown(new byte[2]) + ", and more", "close 1000");
        });
  }

  /** A payload that is half there when this end closes. */
  @EngineTest
  void inTheMiddleOfAFrame(final Bases bases) {
    both(
        bases,
        kit -> {
          final byte[] frame = Frames.frame(kit.masks(), TEXT, "0123456789");
          kit.say(Arrays.copyOf(frame, frame.length - 4));
          Streams.runFor(kit.base, 5);
          kit.socket.close(1000, "");
          kit.say(Arrays.copyOfRange(frame, frame.length - 4, frame.length));
          kit.sayClose(1000, "").end();
          assertThat(kit.words).containsExactly("closed 1000, clean");
        });
  }

  /** What is queued leaves before the close frame. */
  @EngineTest
  void withOutputQueued(final Bases bases) {
    both(
        bases,
        PATIENT,
        kit -> {
          kit.peer.disable(Event.READ);
          for (int i = 0; i < 8; i++) {
            kit.socket.send(LARGE);
          }
          kit.socket.close(1000, "");
          Streams.runFor(kit.base, 5);
          kit.peer.enable(Event.READ);
          kit.until(kit::hasClose).sayClose(1000, "").end();
          assertThat(kit.words).containsExactly("closed 1000, clean");
          assertThat(kit.frames).hasSize(9);
          assertThat(kit.sent().subList(0, 8)).allMatch(("binary" + Frames.shown(LARGE))::equals);
        });
  }

  /** When the peer closes, messages that wait are dropped, and none is cut. */
  @EngineTest
  void thePeerClosesWithOutputQueued(final Bases bases) {
    both(
        bases,
        PATIENT,
        kit -> {
          kit.peer.disable(Event.READ);
          for (int i = 0; i < 8; i++) {
            kit.socket.send(LARGE);
          }
          kit.sayClose(1000, "").until(kit::isClosed);
          kit.peer.enable(Event.READ);
          kit.until(kit::hasClose).end();
          assertThat(kit.words).containsExactly("closed 1000, clean");
          assertThat(kit.frames).hasSizeLessThan(9);
          assertThat(kit.frames.get(kit.frames.size() - 1).toString()).isEqualTo("close 1000");
        });
  }

  /** The answer to a ping may wait for the output; behind a close frame nothing may be sent. */
  @EngineTest
  void noPongBehindACloseFrame(final Bases bases) {
    for (final int size : new int[] {100_000, 300_000}) {
      for (final Role role : Role.values()) {
        try (Bases inner = bases.inner()) {
          final WebSocketKit kit =
              new WebSocketKit(inner, inner.base(), WebSocketKit.Way.MEMORY, role);
          kit.peer.disable(Event.READ);
          kit.socket.send(new byte[size]);
          kit.socket.send(new byte[size]);
          kit.say(Frames.FIN | Frames.PING, "p").settle();
          assertThat(kit.words).containsExactly("ping p");
          kit.socket.close(1000, "");
          kit.peer.enable(Event.READ);
          kit.settle();
          assertThat(kit.sent()).endsWith("close 1000").contains("pong p");
          kit.sayClose(1000, "").end();
        }
      }
    }
  }

  @EngineTest
  void noAnswerInTime(final Bases bases) {
    both(
        bases,
        HASTY,
        kit -> {
          kit.socket.close(1000, "");
          kit.until(kit::isClosed).until(kit::hasEnded);
          assertThat(kit.words).containsExactly("closed 1006");
          assertThat(kit.sent()).containsExactly("close 1000");
          assertThat(kit.socket.stream().isClosed()).isTrue();
        });
    both(
        bases,
        HASTY,
        kit -> {
          kit.peer.disable(Event.READ);
          for (int i = 0; i < 8; i++) {
            kit.socket.send(LARGE);
          }
          kit.socket.close(1000, "");
          kit.until(kit::isClosed);
          assertThat(kit.words).containsExactly("closed 1006");
          assertThat(kit.socket.stream().isClosed()).isTrue();
        });
  }

  /** All is said, but the peer does not end the stream. */
  @EngineTest
  void thePeerKeepsTheStream(final Bases bases) {
    both(
        bases,
        kit -> {
          kit.sayClose(1000, "").until(kit::isClosed).until(kit::hasClose);
          kit.until(kit.socket.stream()::isClosed).until(kit::hasEnded);
          assertThat(kit.words).containsExactly("closed 1000, clean");
        });
  }

  /** The stream ends, or is reset, in each state. */
  @EngineTest
  void theStreamEndsInEachState(final Bases bases) {
    final Map<String, Consumer<WebSocketKit>> states = new LinkedHashMap<>();
    states.put("open", kit -> {});
    states.put("in a head", kit -> kit.say(new byte[] {(byte) 0x82}));
    states.put(
        "in a payload",
        kit ->
            kit.say(Frames.head(kit.masks(), Frames.FIN | Frames.BINARY, 9, 9)).say(new byte[3]));
    states.put("in a message", kit -> kit.say(Frames.TEXT, "begun"));
    states.put("closing", kit -> kit.socket.close(1000, ""));
    states.put("paused", kit -> kit.socket.pause());
    states.put("closed by the peer", kit -> kit.sayClose(1000, "").until(kit::isClosed));
    states.put("failed", kit -> kit.say(0x83, "").until(kit::isClosed));
    for (final Map.Entry<String, Consumer<WebSocketKit>> state : states.entrySet()) {
      for (final boolean reset : new boolean[] {false, true}) {
        for (final Role role : Role.values()) {
          try (Bases inner = bases.inner()) {
            endIn(inner, state, role, reset);
          }
        }
      }
    }
  }

  private static void endIn(
      final Bases bases,
      final Map.Entry<String, Consumer<WebSocketKit>> state,
      final Role role,
      final boolean reset) {
    final WebSocketKit kit = new WebSocketKit(bases, bases.base(), WebSocketKit.Way.TCP, role);
    state.getValue().accept(kit);
    Streams.runFor(kit.base, 5);
    if (reset) {
      kit.peer.handle().set(NetOption.LINGER, 0);
    }
    kit.peer.close();
    Streams.runFor(kit.base, 5);
    kit.socket.resume();
    kit.until(kit::isClosed).until(kit.socket.stream()::isClosed);
    final String expected =
        switch (state.getKey()) {
          case "closed by the peer" -> "closed 1000, clean";
          case "failed" -> "closed 1002";
          default -> "closed 1006";
        };
    Streams.runFor(kit.base, 5);
    assertThat(kit.words)
        .as("%s %s, reset %s", role, state.getKey(), reset)
        .containsExactly(expected);
    assertThat(bases.exceptions).isEmpty();
  }

  /** A peer that ends its half behind the close frame gets the answer. */
  @EngineTest
  void aCloseFrameWithTheEndOfTheStream(final Bases bases) {
    for (final WebSocketKit.Way way : WebSocketKit.Way.values()) {
      for (final Role role : Role.values()) {
        try (Bases inner = bases.inner()) {
          final WebSocketKit kit = new WebSocketKit(inner, inner.base(), way, role);
          kit.peer.disable(Event.READ);
          kit.sayClose(1000, "").peer.shutdownOutput();
          kit.until(kit::isClosed).settle();
          kit.peer.enable(Event.READ);
          kit.until(() -> kit.hasClose() || kit.hasEnded());
          assertThat(kit.words).containsExactly("closed 1000, clean");
          assertThat(kit.sent()).as("%s %s", way, role).containsExactly("close 1000");
        }
      }
    }
  }

  /** What came before the end of the stream is delivered before the end. */
  @EngineTest
  void messagesWithTheEndOfTheStream(final Bases bases) {
    both(
        bases,
        kit -> {
          kit.say(TEXT, "a").say(TEXT, "b").peer.shutdownOutput();
          kit.until(kit::isClosed);
          assertThat(kit.words).containsExactly("text a", "text b", "closed 1006");
        });
  }

  @EngineTest
  void closeWithoutACodeDropsTheConnection(final Bases bases) {
    both(
        bases,
        kit -> {
          kit.say(TEXT, "a").until(() -> kit.words.size() == 1);
          kit.socket.close();
          assertThat(kit.words).containsExactly("text a", "closed 1006");
          assertThat(kit.socket.state()).isEqualTo(SocketState.CLOSED);
          assertAllRefused(kit.socket);
          kit.socket.close();
          kit.socket.pause();
          kit.socket.resume();
          kit.until(kit::hasEnded);
          assertThat(kit.words).hasSize(2);
          assertThat(kit.frames).isEmpty();
        });
  }

  /** A base that is closed first takes no socket with it, and does not keep it from closing. */
  @EngineTest
  void closedBehindItsBase(final Bases bases) {
    for (final Role role : Role.values()) {
      for (int state = 0; state < 3; state++) {
        try (Bases inner = bases.inner()) {
          final EventBase base = inner.base();
          final WebSocketKit kit = new WebSocketKit(inner, base, WebSocketKit.Way.SOCKETS, role);
          if (state == 1) {
            kit.socket.close(1000, "");
          } else if (state == 2) {
            kit.sayClose(1000, "").until(kit::isClosed);
          }
          base.close();
          kit.socket.close();
          assertThat(kit.words).containsExactly(state == 2 ? "closed 1000, clean" : "closed 1006");
        }
      }
    }
  }

  @EngineTest
  void wrongArguments(final Bases bases) {
    final WebSocket socket = kit(bases, Role.CLIENT).socket;
    for (final int code : new int[] {-1, 0, 999, 1002, 1004, 1005, 1006, 1015, 2999, 5000, 66536}) {
      assertThatThrownBy(() -> socket.close(code, ""))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("" + code);
    }
    assertThatThrownBy(() -> socket.close(1000, "\u00e9".repeat(62)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.close(1000, "\ud800"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.send("a\udc00")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.ping(new byte[126]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> socket.send((String) null)).isInstanceOf(NullPointerException.class);
    assertThat(socket.state()).isEqualTo(SocketState.OPEN);
    assertThat(socket.close(1000, "\u00e9".repeat(61) + "e")).isTrue();
  }
}
