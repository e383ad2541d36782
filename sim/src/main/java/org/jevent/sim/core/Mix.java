package org.jevent.sim.core;

/**
 * Mixes numbers as SplitMix64 does (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
 * Generators, 2014). The JDK promises no algorithm for all times, and a seed has to.
 */
public final class Mix {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Mix() {}

  /** Mixes the bits of one number. */
  public static long of(final long value) {
    long z = value + GOLDEN;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /** Mixes two numbers, whose order counts. */
  public static long of(final long first, final long second) {
    return of(of(first) * GOLDEN + second);
  }

  /** The bytes of a text, whose hash does not change with the JDK. */
  public static long of(final String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = of(hash, text.charAt(i));
    }
    return hash;
  }

  /** A number below {@code bound}, of random bits. */
  public static int below(final long bits, final int bound) {
    return (int) Math.floorMod(bits >>> 1, (long) bound);
  }
}
