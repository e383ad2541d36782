package org.jevent.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;

/**
 * Contestants that take turns for several rounds, so that a machine whose speed drifts treats all
 * of them alike; what counts is the median of a contestant's rounds.
 */
final class Contest {
  private final Map<String, Callable<Double>> contestants = new LinkedHashMap<>();
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  /** A contestant, and how to get its figure of one round. */
  void enter(final String name, final Callable<Double> round) {
    contestants.put(name, round);
    figures.put(name, new ArrayList<>());
  }

  void run(final int rounds) throws Exception {
    final List<String> order = new ArrayList<>(contestants.keySet());
    for (int i = 0; i < rounds; i++) {
      for (final String contestant : order) {
        figures.get(contestant).add(contestants.get(contestant).call());
      }
      Collections.rotate(order, -1);
    }
  }

  /** Every single figure. */
  Comparison.Case toCase(final String name) {
    final Map<String, double[]> rounds = new LinkedHashMap<>();
    figures.forEach(
        (contestant, found) ->
            rounds.put(contestant, found.stream().mapToDouble(Double::doubleValue).toArray()));
    return new Comparison.Case(name, rounds);
  }

  double median(final String name) {
    final double[] sorted = sorted(name);
    return sorted[sorted.length / 2];
  }

  private double[] sorted(final String name) {
    return figures.get(name).stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** The median over the rounds of the ratio of the two in the same round. */
  double ratio(final String name, final String reference) {
    final double[] ratios = new double[figures.get(name).size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figures.get(name).get(i) / figures.get(reference).get(i);
    }
    Arrays.sort(ratios);
    return ratios[ratios.length / 2];
  }

  /** A row for each: its median, its least and greatest, and its ratio to each reference. */
  void print(final String title, final String unit, final List<String> references) {
    System.out.printf(
        Locale.ROOT, "%n%s (%s)%n%-24s %10s %10s %10s", title, unit, "", "median", "min", "max");
    references.forEach(reference -> System.out.printf(Locale.ROOT, "  / %-14s", reference));
    System.out.println();
    for (final String name : contestants.keySet()) {
      final double[] sorted = sorted(name);
      System.out.printf(
          Locale.ROOT,
          "%-24s %10.0f %10.0f %10.0f",
          name,
          median(name),
          sorted[0],
          sorted[sorted.length - 1]);
      references.forEach(
          reference -> System.out.printf(Locale.ROOT, "  %-16.2f", ratio(name, reference)));
      System.out.println();
    }
  }
}
