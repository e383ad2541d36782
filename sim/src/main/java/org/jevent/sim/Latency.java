package org.jevent.sim;

import java.time.Duration;
import java.util.Objects;
import org.jevent.sim.core.Site;
import org.jevent.sim.kernel.Delay;

/** How long a packet travels over a {@link Link}. */
public final class Latency {
  private static final int STEPS = 1 << 20;
  private static final double MAX_SIGMA = 1000;

  private final Delay delay;

  private Latency(final Delay delay) {
    this.delay = delay;
  }

  Delay delay() {
    return delay;
  }

  private static long nanos(final String name, final Duration value) {
    return World.nanos(name, Objects.requireNonNull(value, name));
  }

  /** Always the same. */
  public static Latency fixed(final Duration latency) {
    final long nanos = nanos("latency", latency);
    return new Latency((draws, entity) -> nanos);
  }

  /** Any time between two, each as likely. */
  public static Latency uniform(final Duration least, final Duration most) {
    final long from = nanos("least", least);
    final long range = nanos("most", most) - from;
    if (range < 0) {
      throw new IllegalArgumentException("most " + most + " is less than least " + least);
    }
    return new Latency(
        (draws, entity) -> from + (long) ((double) range * draws.fraction(Site.LATENCY, entity)));
  }

  /** The least time, and more of it the less likely: exponential, cut off at {@code most}. */
  public static Latency exponential(final Duration least, final Duration most) {
    final long from = nanos("least", least);
    final long range = nanos("most", most) - from;
    if (range < 0) {
      throw new IllegalArgumentException("most " + most + " is less than least " + least);
    }
    final double mean = range / 5.0;
    return new Latency(
        (draws, entity) -> {
          final double drawn = draws.choose(Site.LATENCY, entity, STEPS) / (double) STEPS;
          return from + (long) Math.min((double) range, -mean * StrictMath.log(1 - drawn));
        });
  }

  /** The median, and a spread whose logarithm is normal; cut off at ten times the median. */
  public static Latency lognormal(final Duration median, final double sigma) {
    final long middle = nanos("median", median);
    if (!(sigma >= 0 && sigma <= MAX_SIGMA)) {
      throw new IllegalArgumentException("sigma " + sigma + " is not within 0.." + MAX_SIGMA);
    }
    return new Latency(
        (draws, entity) -> {
          double sum = -6; // of twelve uniform numbers, whose sum is nearly normal
          for (int i = 0; i < 12; i++) {
            sum += draws.fraction(Site.LATENCY, entity);
          }
          return (long) Math.min(middle * 10.0, middle * StrictMath.exp(sigma * sum));
        });
  }

  /** One of a list. */
  public static Latency of(final Duration... latencies) {
    final long[] all = new long[latencies.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = nanos("latency", latencies[i]);
    }
    if (all.length == 0) {
      throw new IllegalArgumentException("no latencies");
    }
    return new Latency((draws, entity) -> all[draws.choose(Site.LATENCY, entity, all.length)]);
  }
}
