package org.jevent.internal.loop;

import org.jevent.internal.engine.EngineEnvironment;

/**
 * A base's monotonic clock, in nanoseconds since the base was made. The engine has the time; it is
 * cached while the callbacks of one iteration run.
 */
final class Clock {
  private final EngineEnvironment source;
  private final long origin;
  private final boolean caching;
  private long cached = -1;

  Clock(final EngineEnvironment source, final boolean caching) {
    this.source = source;
    origin = source.nanoTime();
    this.caching = caching;
  }

  /** Returns the cached time if there is one, else the current time. */
  long now() {
    return cached >= 0 ? cached : read();
  }

  /** The time. */
  long read() {
    return source.nanoTime() - origin;
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
