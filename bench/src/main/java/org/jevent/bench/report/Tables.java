package org.jevent.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jevent.bench.report.Contestant.Group;

/** The tables of a report about servers, as text that a template lays out. */
final class Tables {
  /** Contestants that stand together. */
  record Section(String title, List<Row> rows) {}

  /**
   * A contestant in a cell. Widths are those of bars; {@code failure} is null where it finished.
   */
  record Row(
      String label,
      String about,
      String engine,
      boolean ours,
      String failure,
      String rate,
      String width,
      String spread,
      String toReference,
      String toHand,
      String p50,
      String p99,
      String p999,
      String user,
      String system,
      String userWidth,
      String systemWidth,
      String calls,
      String allocated,
      String resident,
      String idleKib) {}

  /** A cell with all contestants. */
  record CellTable(String name, String title, List<Section> sections, String limited) {}

  /** Ratios to the reference in all cells. */
  record Overview(List<String> cells, List<OverviewRow> rows) {}

  /** Those of one contestant. */
  record OverviewRow(String label, boolean ours, List<Shade> ratios) {}

  /** One ratio, and how strongly it is coloured: red below 1, green above. */
  record Shade(String text, String colour) {}

  private final Figures figures;

  Tables(final Figures figures) {
    this.figures = figures;
  }

  CellTable cell(final Cell cell) {
    final List<Section> sections = new ArrayList<>();
    for (final Group group : Group.values()) {
      final List<Row> rows = new ArrayList<>();
      for (final Contestant contestant : figures.present(group)) {
        if (cell.runs().containsKey(contestant.name())) {
          rows.add(row(cell, contestant));
        }
      }
      if (!rows.isEmpty()) {
        sections.add(new Section(group.title(), rows));
      }
    }
    final long limited =
        cell.runs().values().stream()
            .flatMap(runs -> runs.rounds().stream())
            .filter(Doubts::isLimited)
            .count();
    return new CellTable(
        cell.name(), cell.title(), sections, limited == 0 ? null : Long.toString(limited));
  }

  private Row row(final Cell cell, final Contestant contestant) {
    final String name = contestant.name();
    final double[] rates = cell.figures(name, Figures.RATE);
    final double max = figures.max(cell, Figures.RATE);
    final double user = cell.median(name, Figures.USER);
    final double system = cell.median(name, Figures.SYSTEM);
    final double time = figures.max(cell, Figures.TIME);
    return new Row(
        contestant.label(),
        contestant.about(),
        contestant.engine(),
        figures.isOurs(contestant),
        cell.runs().get(name).failure(),
        Text.figure(Stats.median(rates)),
        Text.width(Stats.median(rates) / max),
        rates.length < 2 ? "–" : Text.percent(Stats.spread(rates)),
        ratio(cell, contestant, figures.reference()),
        ratio(cell, contestant, figures.byHand()),
        Text.figure(cell.median(name, Figures.P50)),
        Text.figure(cell.median(name, Figures.P99)),
        Text.figure(cell.median(name, Figures.P999)),
        Text.figure(user),
        Text.figure(system),
        Text.width(user / time),
        Text.width(system / time),
        counted(cell.median(name, Figures.CALLS)),
        counted(cell.median(name, Figures.ALLOCATED)),
        Text.figure(cell.median(name, Figures.RESIDENT) * 1024 / 1_000_000),
        Text.figure(figures.idleKib(name)));
  }

  private static String counted(final double value) {
    return Double.isNaN(value) ? "not counted" : Text.figure(value);
  }

  private static String ratio(
      final Cell cell, final Contestant contestant, final Contestant reference) {
    return reference == null
        ? "–"
        : Text.ratio(Stats.median(cell.ratios(contestant.name(), reference.name(), Figures.RATE)));
  }

  Overview overview() {
    final List<String> cells = figures.results.cells().stream().map(Cell::name).toList();
    final List<OverviewRow> rows = new ArrayList<>();
    final Contestant reference = figures.reference();
    if (reference != null) {
      for (final Group group : Group.values()) {
        for (final Contestant contestant : figures.present(group)) {
          rows.add(
              new OverviewRow(
                  contestant.label(),
                  figures.isOurs(contestant),
                  figures.results.cells().stream()
                      .map(cell -> shade(cell, contestant, reference))
                      .toList()));
        }
      }
    }
    return new Overview(cells, rows);
  }

  private static Shade shade(
      final Cell cell, final Contestant contestant, final Contestant reference) {
    final double ratio =
        Stats.median(cell.ratios(contestant.name(), reference.name(), Figures.RATE));
    if (Double.isNaN(ratio)) {
      return new Shade("–", "transparent");
    }
    final double strength = Math.min(0.75, Math.abs(Math.log(ratio)));
    return new Shade(
        Text.ratio(ratio),
        String.format(
            java.util.Locale.ROOT,
            ratio < 1 ? "rgba(200,85,61,%.2f)" : "rgba(90,154,75,%.2f)",
            strength));
  }
}
