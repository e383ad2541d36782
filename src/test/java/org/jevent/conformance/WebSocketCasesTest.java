package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jevent.EventBase;
import org.jevent.websocket.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All conversations of {@link WebSocketVectors}: with servers and clients, over sockets. */
class WebSocketCasesTest {
  private static final List<WebSocketVectors.Vector> ALL = WebSocketVectors.all();

  @Test
  void theyAreAllThere() {
    assertThat(ALL).hasSize(247);
    assertThat(ALL.stream().map(WebSocketVectors.Vector::name).distinct()).hasSize(247);
  }

  @EngineTest
  @Timeout(120)
  void aServer(final Bases bases) {
    runAll(bases, Role.SERVER);
  }

  @EngineTest
  @Timeout(120)
  void aClient(final Bases bases) {
    runAll(bases, Role.CLIENT);
  }

  private static void runAll(final Bases bases, final Role role) {
    for (final WebSocketVectors.Vector vector : ALL) {
      try (Bases inner = bases.inner()) {
        try {
          run(inner, role, vector);
        } catch (final AssertionError e) {
          throw new AssertionError(vector.name() + ": " + e.getMessage(), e);
        }
        assertThat(inner.exceptions).as(vector.name()).isEmpty();
      }
    }
  }

  private static void run(
      final Bases bases, final Role role, final WebSocketVectors.Vector vector) {
    final EventBase base = bases.base();
    final WebSocketKit kit = new WebSocketKit(bases, base, WebSocketKit.Way.SOCKETS, role).echo();
    final List<byte[]> pieces = vector.script(kit.masks()).pieces();
    final int count = vector.fast() ? pieces.size() - 1 : pieces.size();
    for (final byte[] piece : pieces.subList(0, count)) {
      kit.say(piece);
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    kit.end();
    assertThat(kit.words).as(vector.name()).isEqualTo(vector.words());
    assertThat(kit.sent()).as(vector.name()).isEqualTo(vector.frames());
    assertThat(kit.frames).allMatch(frame -> frame.masked() == (role == Role.CLIENT));
  }
}
