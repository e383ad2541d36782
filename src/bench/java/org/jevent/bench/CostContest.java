package org.jevent.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Stats;

/**
 * Programs that take turns, each in a process of its own, and of which each tells several figures.
 */
final class CostContest {
  private final Map<String, String> cases;
  private final Map<String, List<String>> commands = new LinkedHashMap<>();
  private final Map<String, List<Map<String, Double>>> figures = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  /**
   * @param cases what the programs tell: the key of each, and its name for people
   */
  CostContest(final Map<String, String> cases) {
    this.cases = cases;
  }

  void enter(final String name, final List<String> command) {
    commands.put(name, command);
    figures.put(name, new ArrayList<>());
  }

  /** It would have been a contestant. */
  void leaveOut(final String name, final String reason) {
    leftOut.put(name, reason);
    System.out.printf("left out: %s: %s%n", name, reason);
  }

  void run(final int rounds) throws IOException, InterruptedException {
    final List<String> order = new ArrayList<>(commands.keySet());
    for (int i = 0; i < rounds; i++) {
      for (final String name : order) {
        figures.get(name).add(Child.figures(commands.get(name)));
      }
      Collections.rotate(order, -1);
    }
  }

  List<Comparison.Case> results() {
    final List<Comparison.Case> results = new ArrayList<>();
    cases.forEach(
        (key, title) -> {
          final Map<String, double[]> rounds = new LinkedHashMap<>();
          figures.forEach((name, found) -> rounds.put(name, figures(found, key)));
          results.add(new Comparison.Case(title, rounds));
        });
    return results;
  }

  Map<String, String> leftOut() {
    return leftOut;
  }

  /** What some cannot do they do not tell. */
  private static double[] figures(final List<Map<String, Double>> found, final String key) {
    return found.stream()
        .filter(round -> round.containsKey(key))
        .mapToDouble(round -> round.get(key))
        .toArray();
  }

  /** A line for each contestant, with the medians of all cases. */
  void print(final String unit) {
    System.out.printf("%n%-28s", unit);
    cases.values().forEach(title -> System.out.printf(" %16s", title));
    System.out.println();
    figures.forEach(
        (name, found) -> {
          System.out.printf("%-28s", name);
          for (final String key : cases.keySet()) {
            final double median = Stats.median(figures(found, key));
            System.out.printf(" %16s", Double.isNaN(median) ? "-" : "%.0f".formatted(median));
          }
          System.out.println();
        });
  }
}
