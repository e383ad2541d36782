package org.jevent.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jevent.bench.report.Comparison;

/** The figures of {@code gc} for a report: a table for each unit, with all collectors. */
final class GcTables {
  /** What is printed of each turn, by key. */
  static final Map<String, String> COLUMNS = columns();

  private static final String REFERENCE = "NIO by hand";
  private static final List<Table> TABLES =
      List.of(
          new Table("rate", "Echo", "Lines that came back.", "lines/s", "lines_per_second"),
          new Table("times", "Response times", "Under full load.", "us", "p99_us", "p999_us"),
          new Table(
              "collections",
              "Collections",
              "Those that made the server stand still: in a run, and since the server began, with"
                  + " the connections made and the warm-up.",
              "collections",
              "collections",
              "collections_ever"),
          new Table(
              "pauses",
              "Pauses",
              "How long collections made the server stand still: in all and at most in a run, and"
                  + " at most since the server began.",
              "ms",
              "paused_ms",
              "longest_ms",
              "longest_ever_ms"),
          new Table(
              "allocated",
              "Allocation",
              "What all threads of the server allocate for a line.",
              "B a line",
              "allocated_per_line"),
          new Table(
              "resident",
              "Memory",
              "The resident memory of the whole process, which the heap is only a part of.",
              "KiB",
              "rss_kib"));

  private final String conditions;

  private record Table(String name, String title, String meaning, String unit, String... keys) {}

  /**
   * @param conditions for people
   */
  GcTables(final String conditions) {
    this.conditions = conditions;
  }

  private static Map<String, String> columns() {
    final Map<String, String> columns = new LinkedHashMap<>();
    columns.put("lines_per_second", "lines/s");
    columns.put("p99_us", "p99, us");
    columns.put("p999_us", "p99.9, us");
    columns.put("collections", "collections");
    columns.put("collections_ever", "ever");
    columns.put("paused_ms", "paused, ms");
    columns.put("longest_ms", "longest, ms");
    columns.put("longest_ever_ms", "ever, ms");
    columns.put("allocated_per_line", "B a line");
    columns.put("rss_kib", "RSS, KiB");
    return columns;
  }

  Comparison[] of(final Map<Collector, CostContest> contests, final Map<String, String> leftOut) {
    return TABLES.stream()
        .map(table -> comparison(table, contests, leftOut))
        .toArray(Comparison[]::new);
  }

  private Comparison comparison(
      final Table table,
      final Map<Collector, CostContest> contests,
      final Map<String, String> leftOut) {
    final List<Comparison.Case> cases = new ArrayList<>();
    contests.forEach(
        (collector, contest) -> {
          for (final String key : table.keys) {
            final String column = table.keys.length > 1 ? ": " + COLUMNS.get(key) : "";
            cases.add(contest.result(key, collector.text + column));
          }
        });
    return new Comparison(
        "gc-" + table.name,
        table.title + ", " + conditions,
        table.meaning,
        table.unit,
        !table.name.equals("rate"),
        REFERENCE,
        cases,
        leftOut);
  }
}
