package org.jevent.bufferevent;

import java.time.Duration;

/**
 * How fast a token bucket fills and how much it holds; {@code struct ev_token_bucket_cfg}. A bucket
 * begins with the rate of one tick, gains that much each tick, and never holds more than its burst.
 *
 * @param readRate bytes per tick, at least 1
 * @param readBurst bytes, at least the rate
 * @param writeRate bytes per tick, at least 1
 * @param writeBurst bytes, at least the rate
 * @param tick from a millisecond on
 */
public record TokenBucketConfig(
    long readRate, long readBurst, long writeRate, long writeBurst, Duration tick) {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofSeconds(Integer.MAX_VALUE / 1000);

  /** Without limit, for a rate or a burst; {@code EV_RATE_LIMIT_MAX}. */
  public static final long UNLIMITED = Long.MAX_VALUE / 4;

  public TokenBucketConfig {
    requireRate("read", readRate, readBurst);
    requireRate("write", writeRate, writeBurst);
    if (tick.compareTo(SHORTEST) < 0 || tick.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "tick " + tick + " is not within " + SHORTEST + ".." + LONGEST);
    }
  }

  private static void requireRate(final String direction, final long rate, final long burst) {
    if (rate < 1 || burst < rate || burst > UNLIMITED) {
      throw new IllegalArgumentException(
          direction + " rate " + rate + " is not within 1.." + burst + " (burst)");
    }
  }

  /** With ticks of a second. */
  public TokenBucketConfig(
      final long readRate, final long readBurst, final long writeRate, final long writeBurst) {
    this(readRate, readBurst, writeRate, writeBurst, Duration.ofSeconds(1));
  }
}
