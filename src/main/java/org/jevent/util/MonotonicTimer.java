package org.jevent.util;

import java.time.Duration;

/**
 * Measures time that never goes back, whatever happens to the clock on the wall; {@code
 * evutil_monotonic_timer}.
 */
public final class MonotonicTimer {
  private final long start = System.nanoTime();

  /** Starts at zero. */
  public MonotonicTimer() {}

  /** Nanoseconds since it was made. */
  public long nanos() {
    return System.nanoTime() - start;
  }

  /** The time since it was made. */
  public Duration elapsed() {
    return Duration.ofNanos(nanos());
  }
}
