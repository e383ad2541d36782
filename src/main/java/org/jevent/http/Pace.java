package org.jevent.http;

/**
 * How fast bytes pass in one direction. It has stalled when none has passed for the silence, or
 * when they are slower than the least rate, for longer than its grace.
 */
final class Pace {
  /** No rate is asked for before. */
  private static final long GRACE = 10_000_000_000L;

  private static final long SECOND = 1_000_000_000L;

  private long from;
  private long last;
  private long passed;

  /** Begins to count. */
  void start(final long now) {
    from = now;
    last = now;
    passed = 0;
  }

  /** Bytes have passed. */
  void passed(final long now, final long count) {
    if (count > 0) {
      last = now;
      passed += count;
    }
  }

  /** When none has passed for the silence, in nanoseconds. */
  long silentAt(final long silence) {
    return last + silence;
  }

  /**
   * @param silence in nanoseconds
   * @param rate in bytes a second, 0 for any
   */
  boolean hasStalled(final long now, final long silence, final int rate) {
    if (now - last >= silence) {
      return true;
    }
    final long time = now - from;
    return rate > 0 && time >= GRACE && passed < (time / SECOND) * rate;
  }
}
