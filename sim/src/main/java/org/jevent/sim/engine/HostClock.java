package org.jevent.sim.engine;

import java.time.Instant;
import org.jevent.sim.core.Timeline;

/** The clocks of one host: one that never goes back, and the time of day, which may jump. */
public final class HostClock {
  private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private static final long MAX_JUMPS = Long.MAX_VALUE;

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

  /** When that much time has passed here, by this clock; {@link Long#MAX_VALUE}: never. */
  long after(final long nanos) {
    final long now = nanoTime();
    return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
  }

  /** When this clock says that, by the time of the world. */
  long worldTime(final long hostTime) {
    return hostTime == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : time.after(worldNanos(Math.max(0, hostTime - nanoTime())));
  }

  /** From now on it runs faster or slower than the world's; false: it does so already. */
  boolean rate(final double next) {
    if (next == rate) {
      return false;
    }
    hostBase = nanoTime();
    worldBase = time.now();
    rate = next;
    return true;
  }

  /** The time of day jumps. */
  public void jump(final long nanos) {
    final boolean fits = nanos >= 0 ? jumps <= MAX_JUMPS - nanos : jumps >= -MAX_JUMPS - nanos;
    jumps = fits ? jumps + nanos : nanos >= 0 ? MAX_JUMPS : -MAX_JUMPS;
  }

  /** The time of day is right from now on. */
  void forgetJumps() {
    jumps = 0;
  }
}
