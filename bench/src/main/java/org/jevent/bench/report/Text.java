package org.jevent.bench.report;

import java.util.Locale;

/** Figures as people read them. */
public final class Text {
  private static final String NONE = "–";

  private Text() {}

  /** Three digits that count. */
  public static String figure(final double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return NONE;
    }
    final double size = Math.abs(value);
    if (size >= 1_000_000) {
      return format(size >= 10_000_000 ? "%.1f M" : "%.2f M", value / 1_000_000);
    }
    if (size >= 10_000) {
      return format(size >= 100_000 ? "%.0f k" : "%.1f k", value / 1000);
    }
    if (size >= 100) {
      return format("%,.0f", value);
    }
    return format(size >= 10 ? "%.1f" : size >= 0.995 || size == 0 ? "%.2f" : "%.3f", value);
  }

  static String ratio(final double value) {
    return Double.isNaN(value) ? NONE : format(value >= 9.95 ? "%.1f" : "%.2f", value);
  }

  /** The median, and how far the single ones are apart. */
  static String range(final double... ratios) {
    return ratios.length < 2
        ? ratio(Stats.median(ratios))
        : ratio(Stats.median(ratios))
            + " ("
            + ratio(Stats.min(ratios))
            + " to "
            + ratio(Stats.max(ratios))
            + ")";
  }

  /** A part as a percentage. */
  public static String percent(final double part) {
    return Double.isNaN(part) || Double.isInfinite(part) ? NONE : format("%.0f %%", 100 * part);
  }

  /** A width for a style sheet. */
  static String width(final double part) {
    return Double.isNaN(part) ? "0%" : format("%.1f%%", 100 * Math.min(1, Math.max(0, part)));
  }

  private static String format(final String form, final double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
