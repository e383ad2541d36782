package org.jevent.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Questions that a report asks of results. */
final class Figures {
  static final String RATE = "lines_per_second";
  static final String TIME = "cpu_us_per_line";
  static final String USER = "user_us_per_line";
  static final String SYSTEM = "system_us_per_line";
  static final String P50 = "median_us";
  static final String P90 = "p90_us";
  static final String P99 = "p99_us";
  static final String P999 = "p999_us";
  static final String MAX = "max_us";
  static final String CALLS = "syscalls_per_line";
  static final String ALLOCATED = "allocated_per_line";
  static final String RESIDENT = "rss_kib";
  static final String IDLE = "kib_per_idle";

  final Results results;

  Figures(final Results results) {
    this.results = results;
  }

  /** Those who took part. */
  List<Contestant> present() {
    return results.contestants().stream().filter(Contestant::tookPart).toList();
  }

  List<Contestant> present(final Contestant.Group group) {
    return present().stream().filter(contestant -> contestant.group() == group).toList();
  }

  /** The one that the report is about, or null. */
  Contestant ours() {
    return present(results.settings().get("default"));
  }

  /** What all are compared with, or null. */
  Contestant reference() {
    return present(results.settings().get("reference"));
  }

  Contestant byHand() {
    return present(results.settings().get("by hand"));
  }

  Contestant present(final String name) {
    final Contestant found = results.contestant(name);
    return found == null || !found.tookPart() ? null : found;
  }

  boolean isOurs(final Contestant contestant) {
    return contestant.equals(ours());
  }

  /** The cell in the middle. */
  Cell centre() {
    return results.cells().get(0);
  }

  List<Cell> along(final String axis) {
    return results.cells().stream()
        .filter(cell -> cell.axes().containsKey(axis))
        .sorted((a, b) -> Double.compare(a.axes().get(axis), b.axes().get(axis)))
        .toList();
  }

  /** KiB that an idle connection takes, where there are most of them. */
  double idleKib(final String contestant) {
    double kib = Double.NaN;
    double max = 0;
    for (final Cell cell : results.cells()) {
      final double idle = cell.median(contestant, "idle");
      final double found = cell.median(contestant, IDLE);
      if (idle > max && !Double.isNaN(found)) {
        max = idle;
        kib = found;
      }
    }
    return kib;
  }

  /** The greatest median of all that took part in a cell. */
  double max(final Cell cell, final String key) {
    return present().stream()
        .mapToDouble(contestant -> cell.median(contestant.name(), key))
        .filter(value -> !Double.isNaN(value))
        .max()
        .orElse(Double.NaN);
  }

  /** The median over all rounds of all contestants in all cells. */
  double overAll(final String key) {
    return Stats.median(every(key));
  }

  double greatest(final String key) {
    return Stats.max(every(key));
  }

  private double[] every(final String key) {
    return results.cells().stream()
        .flatMap(cell -> cell.runs().values().stream())
        .flatMap(runs -> runs.rounds().stream())
        .map((Map<String, Double> round) -> round.get(key))
        .filter(value -> value != null)
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** Runs in which a condition on the figures of a round holds. */
  long count(final java.util.function.Predicate<Map<String, Double>> condition) {
    return results.cells().stream()
        .flatMap(cell -> cell.runs().values().stream())
        .flatMap(runs -> runs.rounds().stream())
        .filter(condition)
        .count();
  }

  /** One place for each cell. */
  static double[] each(
      final List<Cell> cells, final java.util.function.ToDoubleFunction<Cell> figure) {
    final double[] values = new double[cells.size()];
    Arrays.setAll(values, i -> figure.applyAsDouble(cells.get(i)));
    return values;
  }
}
