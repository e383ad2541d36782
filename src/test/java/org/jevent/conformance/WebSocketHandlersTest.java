package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;

/** Handlers that close their socket, or throw. */
class WebSocketHandlersTest {
  private static final int TEXT = Frames.FIN | Frames.TEXT;
  private static final byte[] LARGE = new byte[1 << 20];

  private static WebSocketKit kit(final Bases bases, final Role role) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.SOCKETS, role);
  }

  /** Runs a check with both roles, each on a base that is closed behind it. */
  private static void both(final Bases bases, final Consumer<WebSocketKit> check) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        check.accept(kit(inner, role));
        assertThat(inner.exceptions).isEmpty();
      }
    }
  }

  /** Closing in a handler, and again in the last one. */
  @EngineTest
  void closeInEachHandler(final Bases bases) {
    for (final boolean drop : new boolean[] {false, true}) {
      final Consumer<WebSocket> close =
          drop ? WebSocket::close : self -> self.close(1000, "in a handler");
      for (int handler = 0; handler < 7; handler++) {
        final int which = handler;
        both(
            bases,
            kit -> {
              final boolean[] done = new boolean[1];
              kit.socket.onClose(
                  (self, code, reason, clean) -> {
                    kit.words.add(WebSocketKit.closed(code, clean));
                    close.accept(self);
                  });
              provoke(
                  kit,
                  which,
                  self -> {
                    done[0] = true;
                    close.accept(self);
                  });
              kit.until(() -> done[0]);
              kit.say(TEXT, "dropped").sayClose(1001, "");
              kit.until(kit::isClosed).until(kit::hasEnded);
              Streams.runFor(kit.base, 5);
              final String end =
                  which == 5 ? "closed 1001, clean" : drop ? "closed 1006" : "closed 1001, clean";
              assertThat(kit.words).as("handler %d", which).containsExactly(end);
              assertThat(kit.hasClose()).isEqualTo(!drop || which == 5);
            });
      }
    }
  }

  /** Makes the peer do what calls a handler. */
  private static void provoke(
      final WebSocketKit kit, final int which, final Consumer<WebSocket> action) {
    final WebSocket socket = kit.socket;
    switch (which) {
      case 0 -> socket.onMessage((self, message) -> action.accept(self));
      case 1 -> socket.onText((self, text) -> action.accept(self));
      case 2 -> socket.onFragment((self, bytes, text, last) -> action.accept(self));
      case 3 -> socket.onPing((self, payload) -> action.accept(self));
      case 4 -> socket.onPong((self, payload) -> action.accept(self));
      case 5 -> {
        final WebSocket.CloseHandler recorded =
            (self, code, reason, clean) -> {
              kit.words.add(WebSocketKit.closed(code, clean));
              action.accept(self);
            };
        socket.onClose(recorded);
      }
      default -> {
        socket.onBinary((self, bytes) -> action.accept(self));
        kit.say(Frames.FIN | Frames.BINARY, "binary");
      }
    }
    if (which < 3) {
      kit.say(Frames.TEXT, "te").say(Frames.FIN, "xt").say(TEXT, "more");
    } else if (which < 5) {
      kit.say(Frames.FIN | (which == 3 ? Frames.PING : Frames.PONG), "").say(TEXT, "");
    } else if (which == 5) {
      kit.sayClose(1001, "");
    }
    if (which == 3 || which == 4) {
      socket.onMessage(null);
    }
  }

  /** What a handler throws goes to the base's handler, and ends the connection with 1011. */
  @EngineTest
  void exceptionsInEachHandler(final Bases bases) {
    for (int handler = 0; handler < 7; handler++) {
      for (final Role role : Role.values()) {
        try (Bases inner = bases.inner()) {
          final WebSocketKit kit = kit(inner, role);
          final IllegalStateException thrown = new IllegalStateException("handler " + handler);
          provoke(
              kit,
              handler,
              self -> {
                throw thrown;
              });
          kit.until(() -> !inner.exceptions.isEmpty()).until(kit::isClosed).end();
          assertThat(inner.exceptions).containsExactly(thrown);
          final boolean late = handler == 5;
          assertThat(kit.words).containsExactly(late ? "closed 1001, clean" : "closed 1011");
          assertThat(kit.sent()).endsWith(late ? "close 1001" : "close 1011");
        }
      }
    }
  }

  @EngineTest
  void anExceptionOfTheWritableHandler(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER);
    final IllegalStateException thrown = new IllegalStateException("writable");
    kit.socket.onWritable(
        self -> {
          throw thrown;
        });
    kit.socket.send(LARGE);
    assertThat(kit.socket.isWritable()).isFalse();
    kit.until(kit::isClosed).end();
    assertThat(bases.exceptions).containsExactly(thrown);
    assertThat(kit.words).containsExactly("closed 1011");
    assertThat(kit.sent()).endsWith("close 1011");
  }
}
