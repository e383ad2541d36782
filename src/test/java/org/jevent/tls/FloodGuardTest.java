package org.jevent.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which records without data are too many. */
class FloodGuardTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int LIMIT = TlsLimits.DEFAULT.emptyRecords();

  private final FloodGuard guard = new FloodGuard(TlsLimits.DEFAULT, true);

  private int admitted(final int count, final long now) {
    int admitted = 0;
    while (admitted < count && guard.admitsEmpty(now)) {
      admitted++;
    }
    return admitted;
  }

  @Test
  void oneMoreThanTheLimitIsTooMany() {
    assertThat(admitted(100, 0)).isEqualTo(LIMIT);
  }

  @Test
  void dataBetweenThemMakesThemUseful() {
    for (int i = 0; i < 10; i++) {
      assertThat(admitted(LIMIT, 0)).isEqualTo(LIMIT);
      guard.dataPassed();
    }
  }

  @Test
  void answersAreExpected() {
    for (int i = 0; i < 100; i++) {
      guard.expectAnswer();
    }
    assertThat(admitted(200, 0)).isEqualTo(100 + LIMIT);
  }

  @Test
  void oneInASecondIsNoFlood() {
    for (int i = 0; i < 1000; i++) {
      assertThat(guard.admitsEmpty(i * SECOND)).isTrue();
    }
    assertThat(admitted(100, 1000 * SECOND)).isLessThanOrEqualTo(LIMIT);
  }
}
