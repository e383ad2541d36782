package org.jevent.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jevent.internal.stream.Deadlines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pings and silence by a clock that the test steps. */
class HeartbeatTest {
  private static final long SECOND = 1_000_000_000L;

  private static Heartbeat every(final Duration interval) {
    return new Heartbeat(WebSocketConfig.DEFAULT.pingInterval(interval));
  }

  /** The clock may begin below zero. */
  @ParameterizedTest
  @ValueSource(longs = {0, 7 * SECOND, -15 * SECOND, Long.MIN_VALUE + 1})
  void aSilentPeerGetsAPingAndIsLost(final long begin) {
    final Heartbeat heartbeat = every(Duration.ofSeconds(10));
    heartbeat.heard(begin);
    assertThat(heartbeat.next(begin)).isEqualTo(begin + 10 * SECOND);
    assertThat(heartbeat.look(begin + 9 * SECOND)).isEqualTo(Heartbeat.Step.WAIT);
    assertThat(heartbeat.next(begin + 9 * SECOND)).isEqualTo(begin + 10 * SECOND);
    assertThat(heartbeat.look(begin + 10 * SECOND)).isEqualTo(Heartbeat.Step.PING);
    assertThat(heartbeat.next(begin + 10 * SECOND)).isEqualTo(begin + 20 * SECOND);
    assertThat(heartbeat.look(begin + 20 * SECOND)).isEqualTo(Heartbeat.Step.LOST);
  }

  @Test
  void whatComesBeginsItAnew() {
    final Heartbeat heartbeat = every(Duration.ofSeconds(10));
    heartbeat.heard(0);
    assertThat(heartbeat.look(10 * SECOND)).isEqualTo(Heartbeat.Step.PING);
    heartbeat.heard(19 * SECOND);
    assertThat(heartbeat.look(20 * SECOND)).isEqualTo(Heartbeat.Step.WAIT);
    assertThat(heartbeat.next(20 * SECOND)).isEqualTo(29 * SECOND);
    assertThat(heartbeat.look(29 * SECOND)).isEqualTo(Heartbeat.Step.PING);
  }

  /** The ping waits behind a long message. */
  @Test
  void aPeerThatTakesWhatWaitsIsKept() {
    final Heartbeat heartbeat = every(Duration.ofSeconds(10));
    heartbeat.heard(0);
    for (int look = 1; look < 10; look++) {
      heartbeat.output(1000 * look, true, 10 * look * SECOND);
      assertThat(heartbeat.look(10 * look * SECOND)).isNotEqualTo(Heartbeat.Step.LOST);
    }
    heartbeat.output(9000, true, 100 * SECOND);
    assertThat(heartbeat.look(100 * SECOND)).isEqualTo(Heartbeat.Step.PING);
    heartbeat.output(9000, true, 110 * SECOND);
    assertThat(heartbeat.look(110 * SECOND)).isEqualTo(Heartbeat.Step.LOST);
  }

  /** What the system takes at once says nothing of the peer. */
  @Test
  void outputThatDoesNotWaitIsNoSignOfLife() {
    final Heartbeat heartbeat = every(Duration.ofSeconds(10));
    heartbeat.heard(0);
    heartbeat.output(1000, false, 10 * SECOND);
    assertThat(heartbeat.look(10 * SECOND)).isEqualTo(Heartbeat.Step.PING);
    heartbeat.output(2000, false, 20 * SECOND);
    assertThat(heartbeat.look(20 * SECOND)).isEqualTo(Heartbeat.Step.LOST);
  }

  @Test
  void withoutAnIntervalThereIsNoLook() {
    assertThat(every(Duration.ZERO).next(5)).isEqualTo(Deadlines.NONE);
  }

  @Test
  void anIntervalOfCenturiesIsNoOverflow() {
    final Heartbeat heartbeat = every(Duration.ofSeconds(Long.MAX_VALUE));
    heartbeat.heard(SECOND);
    assertThat(heartbeat.next(SECOND)).isEqualTo(Deadlines.NONE);
    assertThat(heartbeat.look(2 * SECOND)).isEqualTo(Heartbeat.Step.WAIT);
  }
}
