package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.websocket.Frames;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocketConfig;

/** Pings that are due, silence, and what is waited for in vain; no time is measured exactly. */
class WebSocketTimeTest {
  private static final Duration SHORT = Duration.ofMillis(40);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int LONG_MESSAGE = 12 << 20;
  private static final int PONG = Frames.FIN | Frames.PONG;

  private static WebSocketKit kit(
      final Bases bases, final Role role, final WebSocketConfig config) {
    return new WebSocketKit(bases, bases.base(), WebSocketKit.Way.SOCKETS, role, config);
  }

  private static WebSocketConfig pings(final Duration interval) {
    return WebSocketConfig.DEFAULT.pingInterval(interval);
  }

  private static int count(final WebSocketKit kit) {
    return (int) kit.frames.stream().filter(each -> each.opcode() == Frames.PING).count();
  }

  @EngineTest
  void aSilentPeerGetsOnePingAndIsLost(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = kit(inner, role, pings(SHORT));
        kit.until(kit::isClosed).until(kit::hasEnded);
        assertThat(kit.words).containsExactly("closed 1006");
        assertThat(kit.sent()).containsExactly("ping");
      }
    }
  }

  @EngineTest
  void aPeerThatAnswersIsKept(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER, pings(Duration.ofSeconds(1)));
    for (int i = 1; i <= 3; i++) {
      final int pings = i;
      kit.until(() -> count(kit) == pings || kit.isClosed());
      assertThat(kit.words).as("ping %d", i).doesNotContain("closed 1006");
      kit.say(PONG, "");
    }
  }

  /** The answer to a ping cannot come before the message that the ping stands behind. */
  @EngineTest
  void aPeerThatTakesALongMessageSlowlyIsKept(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER, pings(Duration.ofMillis(300)));
    kit.peer.disable(Event.READ);
    kit.socket.send(new byte[LONG_MESSAGE]);
    for (int i = 0; i < 50 && !kit.isClosed() && !kit.hasEnded(); i++) {
      Streams.runFor(kit.base, 20);
      final int least = Math.min(i * (LONG_MESSAGE / 50), LONG_MESSAGE);
      kit.peer.enable(Event.READ);
      kit.until(() -> kit.received() >= least || !kit.frames.isEmpty() || kit.isClosed());
      kit.peer.disable(Event.READ);
    }
    assertThat(kit.words).isEmpty();
    kit.peer.enable(Event.READ);
    kit.until(() -> count(kit) > 0 || kit.isClosed());
    assertThat(kit.words).isEmpty();
  }

  /** Any bytes are a sign of life: also those of a frame that is never whole. */
  @EngineTest
  void aPeerThatSendsIsNotAsked(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER, pings(Duration.ofSeconds(2)));
    kit.say(Frames.head(true, Frames.FIN | Frames.BINARY, 126, 10_000));
    final long end = bases.nanoTime() + 3_000_000_000L;
    while (bases.nanoTime() < end) {
      kit.say(new byte[1]);
      Streams.runFor(kit.base, 20);
    }
    assertThat(kit.frames).isEmpty();
    assertThat(kit.words).isEmpty();
  }

  @EngineTest
  void noPingsUnlessTheyAreWanted(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER, pings(Duration.ZERO));
    final WebSocketKit longest =
        new WebSocketKit(
            bases,
            kit.base,
            WebSocketKit.Way.MEMORY,
            Role.SERVER,
            pings(Duration.ofSeconds(Long.MAX_VALUE)));
    Streams.runFor(kit.base, 100);
    assertThat(kit.frames).isEmpty();
    assertThat(longest.frames).isEmpty();
    assertThat(longest.words).isEmpty();
  }

  /** The time of a pause is not the peer's silence. */
  @EngineTest
  void aPauseIsNoSilence(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = kit(inner, role, pings(SHORT));
        kit.socket.pause();
        Streams.runFor(kit.base, 400);
        assertThat(kit.words).isEmpty();
        assertThat(kit.frames).isEmpty();
        kit.socket.resume();
        kit.until(kit::isClosed);
        assertThat(kit.words).containsExactly("closed 1006");
        assertThat(kit.sent()).containsExactly("ping");
      }
    }
  }

  /** A ping that was sent before a pause does not count behind it. */
  @EngineTest
  void aPingBeforeAPause(final Bases bases) {
    final WebSocketKit kit = kit(bases, Role.SERVER, pings(Duration.ofSeconds(1)));
    kit.until(() -> count(kit) == 1);
    kit.socket.pause();
    Streams.runFor(kit.base, 50);
    kit.socket.resume();
    kit.until(() -> count(kit) == 2 || kit.isClosed());
    assertThat(count(kit)).as("it is asked again").isEqualTo(2);
  }

  /** The answer to a close frame is waited for as long as is set, and pings end with it. */
  @EngineTest
  void theTimeOfAnAnswer(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit patient = kit(inner, role, pings(SHORT).closeTimeout(LONG));
        patient.socket.close(1000, "");
        Streams.runFor(patient.base, 300);
        assertThat(patient.sent()).containsExactly("close 1000");
        assertThat(patient.words).isEmpty();
        patient.sayClose(1000, "").end();
        final WebSocketKit hasty = kit(inner, role, pings(LONG).closeTimeout(SHORT));
        hasty.socket.close(1000, "");
        hasty.until(hasty::isClosed);
        assertThat(hasty.words).containsExactly("closed 1006");
      }
    }
  }

  /** Data of the peer's does not put off the end. */
  @EngineTest
  void aPeerThatSendsOnInsteadOfAnAnswer(final Bases bases) {
    final WebSocketKit kit =
        kit(bases, Role.SERVER, WebSocketConfig.DEFAULT.closeTimeout(Duration.ofMillis(200)));
    kit.socket.close(1000, "");
    while (!kit.isClosed()) {
      if (!kit.hasEnded()) {
        kit.say(Frames.FIN | Frames.TEXT, "on");
      }
      Streams.runFor(kit.base, 5);
    }
    assertThat(kit.words).containsExactly("closed 1006");
  }

  /** What ends is no reason for the loop to go on. */
  @EngineTest
  void theLoopEndsWithTheSockets(final Bases bases) {
    for (final Role role : Role.values()) {
      try (Bases inner = bases.inner()) {
        final WebSocketKit kit = kit(inner, role, pings(LONG));
        kit.sayClose(1000, "").end();
        kit.base.dispatch();
        final WebSocketKit dropped =
            new WebSocketKit(
                inner, kit.base, WebSocketKit.Way.SOCKETS, role, pings(LONG).maxQueued(1));
        dropped.socket.send(new byte[2]);
        dropped.until(dropped::hasEnded).peer.close();
        kit.base.dispatch();
        assertThat(dropped.words).containsExactly("closed 1008");
      }
    }
  }
}
