package org.jevent.bench.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jevent.bench.report.Contestant.Group;

/** The plots of a report. */
final class PlotSheet {
  /** A row of plots about one thing. */
  record Row(String title, String meaning, List<Picture> pictures) {}

  /** One of them, and what it says to those who cannot see it. */
  record Picture(String address, String alternative) {}

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

  /** Three plots of few lines are read, one of twenty is not. */
  private List<List<Contestant>> families() {
    final List<List<Contestant>> families = new ArrayList<>();
    for (final List<Group> groups :
        List.of(
            List.of(Group.BY_HAND), List.of(Group.LIBRARY, Group.LIMIT), List.of(Group.JEVENT))) {
      final List<Contestant> family = new ArrayList<>();
      groups.forEach(group -> family.addAll(figures.present(group)));
      final Contestant ours = figures.ours();
      if (ours != null && !family.contains(ours)) {
        family.add(ours);
      }
      if (family.size() > 1) {
        families.add(family);
      }
    }
    return families;
  }

  private void rates(final List<Row> rows, final String axis, final List<Cell> cells)
      throws IOException {
    final Contestant reference = figures.reference();
    if (reference == null) {
      return;
    }
    final String title = "Lines a second, as a part of " + reference.label();
    rows.add(
        row(
            title + ", by " + AXES.get(axis),
            "1 is what " + reference.label() + " does in the same round; more is better.",
            "of " + reference.label(),
            axis,
            cells,
            false,
            contestant ->
                cell ->
                    Stats.median(cell.ratios(contestant.name(), reference.name(), Figures.RATE))));
  }

  private void latencies(final List<Row> rows, final String axis, final List<Cell> cells)
      throws IOException {
    rows.add(
        row(
            "Time of an answer, 99th percentile, by " + AXES.get(axis),
            "Of a hundred lines one waits longer than this; logarithmic, less is better.",
            "µs",
            axis,
            cells,
            true,
            contestant -> cell -> cell.median(contestant.name(), Figures.P99)));
  }

  private Row row(
      final String title,
      final String meaning,
      final String unit,
      final String axis,
      final List<Cell> cells,
      final boolean logarithmic,
      final java.util.function.Function<Contestant, ToDoubleFunction<Cell>> figure)
      throws IOException {
    final List<Picture> pictures = new ArrayList<>();
    final List<String> places =
        cells.stream().map(cell -> place(axis, cell.axes().get(axis))).toList();
    for (final List<Contestant> family : families()) {
      final Plot plot = new Plot(AXES.get(axis), unit, logarithmic, places);
      for (final Contestant contestant : family) {
        plot.line(
            contestant.label(),
            figures.isOurs(contestant),
            Figures.each(cells, figure.apply(contestant)));
      }
      add(pictures, plot, title);
    }
    return new Row(title, meaning, pictures);
  }

  private void percentiles(final List<Row> rows) throws IOException {
    final Cell centre = figures.centre();
    final List<String> keys =
        List.of(Figures.P50, Figures.P90, Figures.P99, Figures.P999, Figures.MAX);
    final String title = "Time of an answer in the cell " + centre.name();
    final List<Picture> pictures = new ArrayList<>();
    for (final List<Contestant> family : families()) {
      final Plot plot =
          new Plot(centre.name(), "µs", true, List.of("p50", "p90", "p99", "p99.9", "longest"));
      for (final Contestant contestant : family) {
        plot.line(
            contestant.label(),
            figures.isOurs(contestant),
            keys.stream().mapToDouble(key -> centre.median(contestant.name(), key)).toArray());
      }
      add(pictures, plot, title);
    }
    rows.add(
        new Row(
            title,
            "From the half of all lines to the longest of all; medians of rounds, logarithmic.",
            pictures));
  }

  private static void add(final List<Picture> pictures, final Plot plot, final String title)
      throws IOException {
    if (!plot.isEmpty()) {
      pictures.add(new Picture(plot.address(), title + "; the tables have the figures"));
    }
  }

  private static String place(final String axis, final double value) {
    return axis.equals("idle")
        ? Text.percent(value)
        : String.format(Locale.ROOT, "%,d", Math.round(value));
  }
}
