package org.jevent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which signals no event may watch, on each system. */
class ReservedSignalsTest {
  private static int[] kept(final String system, final String processor, final String suspending) {
    final ReservedSignals signals = new ReservedSignals(system, processor, suspending);
    return IntStream.range(0, 1000).filter(number -> signals.reason(number) != null).toArray();
  }

  @Test
  void theyAreThoseOfTheSystem() {
    assertThat(kept("Linux", "amd64", null)).containsExactly(4, 7, 8, 9, 11, 12, 19, 62);
    assertThat(kept("Linux", "ppc64le", null)).containsExactly(4, 5, 7, 8, 9, 11, 12, 19, 62);
    assertThat(kept("Mac OS X", "aarch64", null)).containsExactly(4, 8, 9, 10, 11, 17, 23, 31);
    assertThat(kept("FreeBSD", "amd64", null)).containsExactly(4, 8, 9, 10, 11, 17, 23, 31);
    assertThat(kept("SunOS", "amd64", null)).containsExactly(4, 8, 9, 10, 11, 17, 23, 39, 40);
    assertThat(kept("Windows 11", "amd64", null)).isEmpty();
  }

  @Test
  void theSignalThatSuspendsThreadsIsTheOneThatTheEnvironmentNames() {
    final int[] usual = kept("Linux", "amd64", null);
    final int[] others = Arrays.stream(usual).filter(number -> number != 12).toArray();
    for (final String of : new String[] {"40", " 40", "40x", "+40"}) {
      assertThat(kept("Linux", "amd64", of))
          .as(of)
          .contains(others)
          .contains(40)
          .doesNotContain(12);
    }
    for (final String useless : new String[] {"", "x", "11", "-40", "65", "99999999999"}) {
      assertThat(kept("Linux", "amd64", useless)).as(useless).containsExactly(usual);
    }
  }

  @Test
  void eachHasItsNameAndAReason() {
    final ReservedSignals signals = new ReservedSignals("Linux", "amd64", null);
    assertThat(signals.reason(11)).startsWith("SIGSEGV, by which the JVM");
    assertThat(signals.reason(9)).startsWith("SIGKILL, which the system");
    assertThat(signals.reason(12))
        .startsWith("SIGUSR2, by which the JVM")
        .contains("_JAVA_SR_SIGNUM");
  }
}
