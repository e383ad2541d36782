package org.jevent.internal.loop;

/**
 * A base's monotonic clock, in nanoseconds since the base was made, with the time cached while the
 * callbacks of one iteration run.
 */
final class Clock {
  private final long origin = source();
  private final boolean caching;
  private long cached = -1;

  Clock(final boolean caching) {
    this.caching = caching;
  }

  /** Where the time comes from. */
  private static long source() {
    return System.nanoTime();
  }

  /** Returns the cached time if there is one, else the current time. */
  long now() {
    return cached >= 0 ? cached : read();
  }

  /** The time. */
  long read() {
    return source() - origin;
  }

  void update() {
    if (caching) {
      cached = read();
    }
  }

  void clear() {
    cached = -1;
  }
}
