package org.jevent.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Stats;
import org.jevent.bench.report.Text;

/**
 * Contestants that take turns, each in a separate process, and of which each prints several
 * figures.
 */
final class CostContest {
  private final Map<String, String> cases;
  private final Map<String, Turn> turns = new LinkedHashMap<>();
  private final Map<String, List<Map<String, Double>>> figures = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private final List<String> order = new ArrayList<>();
  private Progress progress = Progress.none();
  private boolean failed;

  /** What a contestant does in a round. */
  interface Turn {
    Map<String, Double> take() throws IOException, InterruptedException;
  }

  /**
   * @param cases what the programs print: the key of each, and its name for people
   */
  CostContest(final Map<String, String> cases) {
    this.cases = cases;
  }

  /** A program that prints its figures. */
  void enter(final String name, final List<String> command) {
    enter(name, () -> Child.figures(command));
  }

  void enter(final String name, final Turn turn) {
    turns.put(name, turn);
    figures.put(name, new ArrayList<>());
    order.add(name);
  }

  /** A contestant could not finish. */
  boolean failed() {
    return failed;
  }

  /** It would have been a contestant. */
  void leaveOut(final String name, final String reason) {
    leftOut.put(name, reason);
    System.out.printf(Locale.ROOT, "left out: %s: %s%n", name, reason);
  }

  void run(final int rounds) throws InterruptedException {
    for (int i = 0; i < rounds; i++) {
      round();
    }
  }

  /**
   * Several contests at a time: a round of each, and then the next, so that all are of one time.
   */
  static void run(final Collection<CostContest> contests, final int rounds, final String name)
      throws InterruptedException {
    final int each = contests.stream().mapToInt(contest -> contest.order.size()).sum();
    try (Progress progress = Progress.of(name, (long) rounds * each)) {
      contests.forEach(contest -> contest.progress = progress);
      for (int i = 0; i < rounds; i++) {
        for (final CostContest contest : contests) {
          contest.round();
        }
      }
    }
  }

  /** A turn of each; a contestant that fails takes no more of them. */
  private void round() throws InterruptedException {
    for (final String name : List.copyOf(order)) {
      progress.begin(name);
      try {
        figures.get(name).add(turns.get(name).take());
      } catch (final IOException e) {
        drop(name, e.getMessage());
      }
      progress.step();
    }
    // No contestant is always the first, whose processor had a rest.
    Collections.rotate(order, -1);
  }

  private void drop(final String name, final String reason) {
    failed = true;
    order.remove(name);
    figures.remove(name);
    leaveOut(name, "failed: " + reason);
  }

  List<Comparison.Case> results() {
    final List<Comparison.Case> results = new ArrayList<>();
    cases.forEach((key, title) -> results.add(result(key, title)));
    return results;
  }

  /** What all have printed under a key, with another title. */
  Comparison.Case result(final String key, final String title) {
    final Map<String, double[]> rounds = new LinkedHashMap<>();
    figures.forEach((name, found) -> rounds.put(name, figures(found, key)));
    return new Comparison.Case(title, rounds);
  }

  Map<String, String> leftOut() {
    return leftOut;
  }

  /** Programs print nothing for what they cannot do. */
  private static double[] figures(final List<Map<String, Double>> found, final String key) {
    return found.stream()
        .filter(round -> round.containsKey(key))
        .mapToDouble(round -> round.get(key))
        .toArray();
  }

  /** A line for each contestant, with the medians of all cases, and how far rounds are apart. */
  void print(final String unit) {
    print(unit, cases);
  }

  /**
   * The same of other figures that the contestants print.
   *
   * @param columns the key of each, and its name for people
   */
  void print(final String unit, final Map<String, String> columns) {
    System.out.printf(Locale.ROOT, "%n%-34s", unit);
    columns.values().forEach(title -> System.out.printf(Locale.ROOT, " %18s", title));
    System.out.println();
    figures.forEach(
        (name, found) -> {
          System.out.printf(Locale.ROOT, "%-34s", name);
          for (final String key : columns.keySet()) {
            final double[] rounds = figures(found, key);
            System.out.printf(
                Locale.ROOT,
                " %18s",
                String.format(
                    Locale.ROOT,
                    "%s (%s)",
                    Text.figure(Stats.median(rounds)),
                    Text.percent(Stats.spread(rounds))));
          }
          System.out.println();
        });
  }

  /** The median over the rounds of the ratio of two contestants; NaN where one has no figure. */
  double ratio(final String name, final String reference, final String key) {
    if (!figures.containsKey(name) || !figures.containsKey(reference)) {
      return Double.NaN;
    }
    return Stats.median(
        Stats.ratios(figures(figures.get(name), key), figures(figures.get(reference), key)));
  }
}
