package org.jevent;

import java.time.Duration;
import java.util.Objects;

/**
 * A base's monotonic clock, in nanoseconds since the base was made, with the time cached while the
 * callbacks of one iteration run.
 */
final class Clock {
  private final long origin = System.nanoTime();
  private final boolean caching;
  private long cached = -1;

  Clock(final boolean caching) {
    this.caching = caching;
  }

  /** Returns the cached time if there is one, else the current time. */
  long now() {
    return cached >= 0 ? cached : read();
  }

  /** The time. */
  long read() {
    return System.nanoTime() - origin;
  }

  void update() {
    if (caching) {
      cached = read();
    }
  }

  void clear() {
    cached = -1;
  }

  /** Returns a duration in nanoseconds, capped at {@code Long.MAX_VALUE}. */
  static long nanos(final String name, final Duration duration) {
    if (Objects.requireNonNull(duration, name).isNegative()) {
      throw new IllegalArgumentException(name + " " + duration + " is negative: zero or more");
    }
    try {
      return duration.toNanos();
    } catch (final ArithmeticException tooLong) {
      return Long.MAX_VALUE;
    }
  }
}
