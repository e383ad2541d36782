package org.jevent.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jevent.bench.report.Contestant.Group;

/** The plots of a report. */
final class PlotSheet {
  /** A row of plots about one thing. */
  record Row(String title, String meaning, List<Picture> pictures) {}

  /** One of them, and what it says to those who cannot see it. */
  record Picture(String address, String alternative) {}

  /** What the values are. */
  private record Scale(String unit, boolean logarithmic) {}

  private static final Map<String, String> AXES =
      Map.of(
          "connections", "busy connections",
          "idle", "share of idle connections",
          "length", "bytes of a line",
          "depth", "lines in flight on each connection");

  private final Figures figures;

  PlotSheet(final Figures figures) {
    this.figures = figures;
  }

  List<Row> rows() throws IOException {
    final List<Row> rows = new ArrayList<>();
    for (final String axis : List.of("connections", "idle", "length", "depth")) {
      final List<Cell> cells = figures.along(axis);
      if (cells.size() > 1) {
        rates(rows, axis, cells);
        latencies(rows, axis, cells);
      }
    }
    if (!figures.results.cells().isEmpty()) {
      percentiles(rows);
    }
    return rows;
  }

  /** Contestants that share a plot: few lines are read, twenty are not. */
  private record Family(String title, List<Contestant> members) {}

  private List<Family> families() {
    final List<Family> families = new ArrayList<>();
    add(families, "by hand in Java", Group.BY_HAND);
    add(families, "other libraries, and the limit", Group.LIBRARY, Group.LIMIT);
    add(families, "jevent's engines", Group.JEVENT);
    return families;
  }

  private void add(final List<Family> families, final String title, final Group... groups) {
    final List<Contestant> members = new ArrayList<>();
    for (final Group group : groups) {
      members.addAll(figures.present(group));
    }
    final Contestant ours = figures.ours();
    if (ours != null && !members.contains(ours)) {
      members.add(ours);
    }
    if (members.size() > 1) {
      families.add(new Family(title, members));
    }
  }

  private void rates(final List<Row> rows, final String axis, final List<Cell> cells)
      throws IOException {
    final Contestant reference = figures.reference();
    if (reference != null) {
      rows.add(
          along(
              axis,
              cells,
              "Lines a second, as a part of " + reference.label(),
              "1 is what " + reference.label() + " does in the same round; more is better.",
              new Scale("of " + reference.label(), false),
              contestant ->
                  cell ->
                      Stats.median(
                          cell.ratios(contestant.name(), reference.name(), Figures.RATE))));
    }
  }

  private void latencies(final List<Row> rows, final String axis, final List<Cell> cells)
      throws IOException {
    rows.add(
        along(
            axis,
            cells,
            "Time of an answer, 99th percentile",
            "Of a hundred lines one waits longer than this; logarithmic, less is better.",
            new Scale("µs", true),
            contestant -> cell -> cell.median(contestant.name(), Figures.P99)));
  }

  private void percentiles(final List<Row> rows) throws IOException {
    final Cell centre = figures.centre();
    final List<String> keys =
        List.of(Figures.P50, Figures.P90, Figures.P99, Figures.P999, Figures.MAX);
    rows.add(
        row(
            "Time of an answer in the cell " + centre.name(),
            "From the half of all lines to the longest of all; medians of rounds, logarithmic.",
            new Scale("µs", true),
            List.of("p50", "p90", "p99", "p99.9", "longest"),
            contestant ->
                keys.stream().mapToDouble(key -> centre.median(contestant.name(), key)).toArray()));
  }

  private Row along(
      final String axis,
      final List<Cell> cells,
      final String title,
      final String meaning,
      final Scale scale,
      final Function<Contestant, ToDoubleFunction<Cell>> figure)
      throws IOException {
    return row(
        title + ", by " + AXES.get(axis),
        meaning,
        scale,
        cells.stream().map(cell -> place(axis, cell.axes().get(axis))).toList(),
        contestant -> Figures.each(cells, figure.apply(contestant)));
  }

  /** All plots of a row have the same scale, so that they can be compared by eye. */
  private Row row(
      final String title,
      final String meaning,
      final Scale scale,
      final List<String> places,
      final Function<Contestant, double[]> values)
      throws IOException {
    final List<Picture> pictures = new ArrayList<>();
    final double[] all =
        families().stream()
            .flatMap(family -> family.members.stream())
            .flatMapToDouble(contestant -> Arrays.stream(values.apply(contestant)))
            .filter(value -> value > 0)
            .toArray();
    for (final Family family : families()) {
      final Plot plot = new Plot(family.title, scale.unit, places);
      plot.scale(scale.logarithmic, Stats.min(all), Stats.max(all));
      for (final Contestant contestant : family.members) {
        plot.line(contestant.label(), figures.isOurs(contestant), values.apply(contestant));
      }
      if (!plot.isEmpty()) {
        pictures.add(
            new Picture(
                plot.address(), title + ", " + family.title + "; the tables have the figures"));
      }
    }
    return new Row(title, meaning, pictures);
  }

  private static String place(final String axis, final double value) {
    return axis.equals("idle")
        ? Text.percent(value)
        : String.format(Locale.ROOT, "%,d", Math.round(value));
  }
}
