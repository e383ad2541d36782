package org.jevent.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jevent.bench.report.Cell;

/**
 * The figures of one cell: those of each round, whose medians count, and those of the counted run.
 */
final class ServerResults {
  private static final String RATE = "lines_per_second";
  private static final String TIME = "cpu_us_per_line";
  private static final double KIB_IN_MB = 1024.0 / 1_000_000;

  /** A column: its head, how wide it is, and how its figures are written. */
  private record Column(String head, String format, String key, double factor) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("p50 us", "%.0f", "median_us", 1),
          new Column("p99 us", "%.0f", "p99_us", 1),
          new Column("p99.9 us", "%.0f", "p999_us", 1),
          new Column("user us", "%.2f", "user_us_per_line", 1),
          new Column("system us", "%.2f", "system_us_per_line", 1),
          new Column("calls", "%.2f", "syscalls_per_line", 1),
          new Column("RSS MB", "%.1f", "rss_kib", KIB_IN_MB),
          new Column("B alloc.", "%.1f", "allocated_per_line", 1));

  private final Map<String, List<Map<String, Double>>> rounds = new LinkedHashMap<>();
  private final Map<String, Map<String, Double>> counted = new HashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();

  void enter(final String name) {
    rounds.put(name, new ArrayList<>());
  }

  void add(final String name, final Map<String, Double> figures) {
    rounds.get(name).add(figures);
  }

  void addCounted(final String name, final Map<String, Double> figures) {
    counted.put(name, figures);
  }

  /** Takes a contestant out whose round failed. */
  void drop(final String name, final String reason) {
    rounds.remove(name);
    failures.put(name, reason);
  }

  /** Every single figure, by contestant. */
  Map<String, Cell.Runs> runs() {
    final Map<String, Cell.Runs> runs = new LinkedHashMap<>();
    rounds.forEach(
        (name, figures) -> runs.put(name, new Cell.Runs(figures, counted.get(name), null)));
    failures.forEach((name, reason) -> runs.put(name, new Cell.Runs(List.of(), null, reason)));
    return runs;
  }

  /** The median of a contestant's rounds; NaN if it was taken out. */
  double median(final String name, final String key) {
    final List<Map<String, Double>> figures = rounds.get(name);
    return figures == null ? Double.NaN : median(sorted(figures, round -> round.get(key)));
  }

  void print(final String title) {
    System.out.printf(
        Locale.ROOT,
        "%n%s%n%-20s %10s %7s %7s %7s %7s",
        title,
        "per line",
        "lines/s",
        "spread",
        "/ epoll",
        "CPU us",
        "/ epoll");
    COLUMNS.forEach(column -> System.out.printf(Locale.ROOT, " %9s", column.head));
    System.out.println();
    rounds.forEach(
        (name, figures) -> {
          final double[] rates = sorted(figures, round -> round.get(RATE));
          final double rate = median(rates);
          final double spread = (rates[rates.length - 1] - rates[0]) / rate;
          System.out.printf(
              Locale.ROOT, "%-20s %10.0f %6.0f%% %7s", name, rate, 100 * spread, ratio(name, RATE));
          final double[] times = sorted(figures, round -> round.get(TIME));
          System.out.printf(Locale.ROOT, " %7.2f %7s", median(times), ratio(name, TIME));
          COLUMNS.forEach(column -> System.out.printf(Locale.ROOT, " %9s", text(name, column)));
          System.out.println();
        });
    System.out.flush();
  }

  /** The median over the rounds of the ratio in the same round. */
  private String ratio(final String name, final String key) {
    final List<Map<String, Double>> reference = rounds.get(Contestants.REFERENCE);
    if (reference == null) {
      return "-";
    }
    final List<Map<String, Double>> figures = rounds.get(name);
    final double[] ratios = new double[Math.min(figures.size(), reference.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = figures.get(i).get(key) / reference.get(i).get(key);
    }
    Arrays.sort(ratios);
    return String.format(Locale.ROOT, "%.2f", median(ratios));
  }

  /** What was measured beside counting is not disturbed by it, and so is preferred. */
  private String text(final String name, final Column column) {
    final List<Map<String, Double>> figures = rounds.get(name);
    if (figures.get(0).containsKey(column.key)) {
      final double[] values = sorted(figures, round -> round.get(column.key));
      return String.format(Locale.ROOT, column.format, median(values) * column.factor);
    }
    final Double value = counted.getOrDefault(name, Map.of()).get(column.key);
    return value == null ? "-" : String.format(Locale.ROOT, column.format, value * column.factor);
  }

  private static double median(final double... sorted) {
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static double[] sorted(
      final List<Map<String, Double>> figures, final ToDoubleFunction<Map<String, Double>> key) {
    return figures.stream().mapToDouble(key).sorted().toArray();
  }
}
