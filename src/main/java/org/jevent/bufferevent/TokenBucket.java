package org.jevent.bufferevent;

/**
 * Two counts of bytes that may be moved, filled as time passes. They may go below zero, but neither
 * way beyond {@link TokenBucketConfig#UNLIMITED}, so that no sum of two leaves the range of a long.
 */
final class TokenBucket {
  private TokenBucketConfig config;
  private long tickNanos;
  private long lastTick;
  long read;
  long write;

  TokenBucket(final TokenBucketConfig config, final long nanos) {
    configure(config, nanos);
    read = config.readRate();
    write = config.writeRate();
  }

  /** A new configuration can only take away what the bucket holds too much. */
  void configure(final TokenBucketConfig next, final long nanos) {
    config = next;
    tickNanos = next.tick().toNanos();
    lastTick = nanos / tickNanos;
    read = Math.min(read, next.readBurst());
    write = Math.min(write, next.writeBurst());
  }

  TokenBucketConfig config() {
    return config;
  }

  /** Bytes have been moved; below 0, they are given back. */
  void take(final long bytesRead, final long bytesWritten) {
    read = clamped(read - clamped(bytesRead));
    write = clamped(write - clamped(bytesWritten));
  }

  private static long clamped(final long bytes) {
    return Math.max(-TokenBucketConfig.UNLIMITED, Math.min(TokenBucketConfig.UNLIMITED, bytes));
  }

  /** Adds what has accrued since the last time. */
  void fill(final long nanos) {
    final long tick = nanos / tickNanos;
    final long passed = tick - lastTick;
    if (passed > 0) {
      lastTick = tick;
      read = filled(read, passed, config.readRate(), config.readBurst());
      write = filled(write, passed, config.writeRate(), config.writeBurst());
    }
  }

  private static long filled(final long held, final long ticks, final long rate, final long burst) {
    final long room = burst - held;
    return room <= 0 || ticks > room / rate ? Math.max(held, burst) : held + ticks * rate;
  }

  /** How long until the next tick begins. */
  long untilNextTick(final long nanos) {
    return tickNanos - nanos % tickNanos;
  }
}
