package org.jevent.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Half a second of what {@code scripts/soak} does for hours, and what that can show. */
class SoakTest {
  private static final int SAMPLES = 30;

  static Stream<String> engines() {
    final String only = System.getProperty("jevent.test.engines");
    return EventBase.supportedMethods().stream()
        .filter(MethodInfo::usable)
        .map(MethodInfo::name)
        .filter(name -> only == null || List.of(only.split(",")).contains(name));
  }

  @ParameterizedTest
  @MethodSource("engines")
  @Timeout(180)
  @DisabledOnOs(
      value = OS.WINDOWS,
      disabledReason = "what is left of a process is not reported there")
  void everythingAtOnceEndsWellAndLeavesNothingBehind(final String engine) throws Exception {
    final EngineSoak soak = new EngineSoak(engine, System.nanoTime());
    soak.warmUp(Duration.ofMillis(200));
    soak.run(Duration.ofMillis(500));
    assertThat(soak.failures()).isEmpty();
    assertThat(soak.bytes()).isPositive();
  }

  private static Memory memory(final long eachGrowsBy) {
    final Memory memory = new Memory();
    IntStream.range(0, SAMPLES)
        .mapToLong(i -> (100L << 20) + i * eachGrowsBy + (i % 3 << 20))
        .forEach(bytes -> memory.add(new Figures(bytes, 0, 0, 0, 0, 0)));
    return memory;
  }

  @Test
  void growthIsDistinguishedFromNoise() {
    assertThat(memory(0).growth()).isEmpty();
    assertThat(memory(100_000).growth()).isEmpty();
    assertThat(memory(1 << 20).growth())
        .singleElement()
        .asString()
        .startsWith("resident memory grows");
    assertThat(new Memory().isAvailable()).isFalse();
  }
}
