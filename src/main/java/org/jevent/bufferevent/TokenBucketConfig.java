package org.jevent.bufferevent;

import java.time.Duration;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * How fast a token bucket fills and how much it holds; {@code struct ev_token_bucket_cfg}. A bucket
 * begins with the rate of one tick, gains that much each tick, and never holds more than its burst.
 *
 * @param readRate bytes per tick, from 1 to {@link #UNLIMITED}
 * @param readBurst bytes, from the rate to {@link #UNLIMITED}
 * @param writeRate bytes per tick, from 1 to {@link #UNLIMITED}
 * @param writeBurst bytes, from the rate to {@link #UNLIMITED}
 * @param tick from a millisecond to 2,147,483 seconds
 */
public record TokenBucketConfig(
    long readRate, long readBurst, long writeRate, long writeBurst, Duration tick) {
  private static final Duration MIN_TICK = Duration.ofMillis(1);
  private static final Duration MAX_TICK = Duration.ofSeconds(Integer.MAX_VALUE / 1000);

  /** Without limit, for a rate or a burst; {@code EV_RATE_LIMIT_MAX}. */
  public static final long UNLIMITED = Long.MAX_VALUE / 4;

  public TokenBucketConfig {
    requireRate("read", readRate, readBurst);
    requireRate("write", writeRate, writeBurst);
    Objects.requireNonNull(tick, "tick");
    if (tick.compareTo(MIN_TICK) < 0 || tick.compareTo(MAX_TICK) > 0) {
      throw new IllegalArgumentException(
          "tick " + tick + " is not within " + MIN_TICK + ".." + MAX_TICK);
    }
  }

  private static void requireRate(final String direction, final long rate, final long burst) {
    Arguments.within(direction + " burst", burst, 1, UNLIMITED);
    if (rate < 1 || rate > burst) {
      throw new IllegalArgumentException(
          direction
              + " rate "
              + rate
              + " is not within 1.."
              + burst
              + ", the "
              + direction
              + " burst");
    }
  }

  /** With ticks of a second. */
  public TokenBucketConfig(
      final long readRate, final long readBurst, final long writeRate, final long writeBurst) {
    this(readRate, readBurst, writeRate, writeBurst, Duration.ofSeconds(1));
  }
}
