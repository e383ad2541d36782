package org.jevent.internal.loop;

import java.time.Duration;
import java.util.Objects;

/** Durations as the loop counts them. */
public final class Durations {
  private Durations() {}

  /** A duration in nanoseconds, capped at {@code Long.MAX_VALUE}. */
  public static long nanos(final String name, final Duration duration) {
    if (Objects.requireNonNull(duration, name).isNegative()) {
      throw new IllegalArgumentException(name + " " + duration + " is negative: zero or more");
    }
    try {
      return duration.toNanos();
    } catch (final ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }

  /** The sum of two numbers that are not negative, capped at {@code Long.MAX_VALUE}. */
  static long sum(final long a, final long b) {
    final long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
