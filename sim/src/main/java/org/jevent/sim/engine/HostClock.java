package org.jevent.sim.engine;

import java.time.Instant;
import org.jevent.sim.core.Timeline;

/** The clocks of one host: one that never goes back, and the time of day, which may jump. */
public final class HostClock {
  private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final Timeline time;

  /** Nanoseconds of the host for each nanosecond of the world. */
  private double rate = 1;

  private long worldBase;
  private long hostBase;
  private long jumps;

  HostClock(final Timeline time) {
    this.time = time;
  }

  /** Nanoseconds since the host's clock began. */
  public long nanoTime() {
    final long passed = time.now() - worldBase;
    return hostBase + (rate == 1 ? passed : (long) (passed * rate));
  }

  /** The time of day. */
  public Instant wallTime() {
    return BEGIN.plusNanos(nanoTime()).plusNanos(jumps);
  }

  /** How long the world takes until that much time has passed here. */
  long worldNanos(final long hostNanos) {
    if (rate == 1) {
      return hostNanos;
    }
    final double world = Math.ceil(hostNanos / rate);
    return world >= Long.MAX_VALUE ? Long.MAX_VALUE : (long) world;
  }

  /** From now on it runs faster or slower than the world's. */
  public void rate(final double next) {
    hostBase = nanoTime();
    worldBase = time.now();
    rate = next;
  }

  /** The time of day jumps. */
  public void jump(final long nanos) {
    jumps += nanos;
  }

  /** It is right from now on: the monotonic clock goes on from where it is. */
  public void calm() {
    rate(1);
    jumps = 0;
  }
}
