package org.jevent.bench.report;

import java.util.Arrays;

/** What is made of the figures of several rounds. */
public final class Stats {
  private Stats() {}

  /** NaN if there are none. */
  public static double median(final double... figures) {
    if (figures.length == 0) {
      return Double.NaN;
    }
    final double[] sorted = figures.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** How far the rounds are apart, as a part of their median. */
  public static double spread(final double... figures) {
    return figures.length == 0 ? Double.NaN : (max(figures) - min(figures)) / median(figures);
  }

  static double min(final double... figures) {
    return Arrays.stream(figures).min().orElse(Double.NaN);
  }

  static double max(final double... figures) {
    return Arrays.stream(figures).max().orElse(Double.NaN);
  }

  /** Of single rounds: what drifts from round to round cancels out. */
  public static double[] ratios(final double[] figures, final double... references) {
    final double[] ratios = new double[Math.min(figures.length, references.length)];
    Arrays.setAll(ratios, i -> figures[i] / references[i]);
    return ratios;
  }
}
