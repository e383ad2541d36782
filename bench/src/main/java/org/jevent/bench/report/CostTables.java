package org.jevent.bench.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of a report about everything that is not a server under load. */
final class CostTables {
  /** A comparison: a line for each contestant, a column for each case. */
  record Table(
      String title,
      String name,
      String meaning,
      String unit,
      String better,
      String reference,
      List<String> cases,
      List<Row> rows,
      List<String> leftOut) {}

  /** A contestant. */
  record Row(String contestant, boolean ours, List<Value> values) {}

  /**
   * A figure: its text, its ratio to the reference, the width of its bar, how far rounds differ.
   */
  record Value(String text, String ratio, String width, String spread) {}

  private CostTables() {}

  static Table of(final Comparison comparison) {
    final Set<String> contestants = new LinkedHashSet<>();
    comparison.cases().forEach(one -> contestants.addAll(one.rounds().keySet()));
    return new Table(
        comparison.title(),
        comparison.name(),
        comparison.meaning(),
        comparison.unit(),
        comparison.lessIsBetter() ? "less is better" : "more is better",
        comparison.reference(),
        comparison.cases().stream().map(Comparison.Case::name).toList(),
        contestants.stream().map(contestant -> row(comparison, contestant)).toList(),
        comparison.leftOut().entrySet().stream()
            .map(entry -> entry.getKey() + ": " + entry.getValue())
            .toList());
  }

  private static Row row(final Comparison comparison, final String contestant) {
    return new Row(
        contestant,
        contestant.startsWith("jevent"),
        comparison.cases().stream()
            .map(one -> value(one.rounds(), contestant, comparison.reference()))
            .toList());
  }

  private static Value value(
      final Map<String, double[]> rounds, final String contestant, final String reference) {
    final double[] none = {};
    final double[] own = rounds.getOrDefault(contestant, none);
    final double max =
        rounds.values().stream()
            .mapToDouble(Stats::median)
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(Double.NaN);
    final double[] ratios = Stats.ratios(own, rounds.getOrDefault(reference, none));
    return new Value(
        Text.figure(Stats.median(own)),
        contestant.equals(reference) || ratios.length == 0 ? "" : Text.ratio(Stats.median(ratios)),
        Text.width(Stats.median(own) / max),
        own.length < 2 ? "" : Text.percent(Stats.spread(own)));
  }
}
