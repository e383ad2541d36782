package org.jevent.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What speaks against the figures: a report says it before it shows them. */
final class Doubts {
  /** Of a processor. */
  private static final double QUIET = 0.1;

  private static final double BUSY = 0.97;

  private final Figures figures;

  Doubts(final Figures figures) {
    this.figures = figures;
  }

  List<String> sentences() {
    final List<String> doubts = new ArrayList<>();
    if (figures.results.cells().isEmpty()) {
      return doubts;
    }
    noise(doubts);
    clients(doubts);
    if (Double.isNaN(figures.overAll(Figures.RATE))) {
      doubts.add("No contestant finished.");
    }
    if (rounds() < 3) {
      doubts.add(
          "There were fewer than three rounds: no median means much here, and no spread is known.");
    }
    if (figures.results.cells().stream()
        .flatMap(cell -> cell.runs().values().stream())
        .noneMatch(runs -> runs.counted() != null && runs.counted().containsKey(Figures.CALLS))) {
      doubts.add(
          "System calls were not counted: the kernel's tracepoints cannot be read here (as root:"
              + " mount -t tracefs nodev /sys/kernel/tracing).");
    }
    return doubts;
  }

  private int rounds() {
    return figures.results.cells().stream()
        .flatMap(cell -> cell.runs().values().stream())
        .mapToInt(runs -> runs.rounds().size())
        .max()
        .orElse(0);
  }

  private void noise(final List<String> doubts) {
    final double others = figures.overAll("others_busy");
    final double stolen = figures.overAll("stolen");
    if (others > QUIET || stolen > QUIET) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "The machine was not quiet: other programs used %s of a processor and its host took"
                  + " %s (medians over all runs). Only large differences mean anything.",
              Text.percent(others),
              Text.percent(stolen)));
    }
  }

  private void clients(final List<String> doubts) {
    final long limited = figures.count(Doubts::isLimited);
    if (limited > 0) {
      doubts.add(
          String.format(
              Locale.ROOT,
              "In %d of %d runs the clients had no processor time left while the server had: such a"
                  + " figure is the least that the server can do, not what it can do.",
              limited,
              figures.count(round -> true)));
    }
  }

  /** The clients used up their processor, and the server did not. */
  static boolean isLimited(final Map<String, Double> round) {
    return round.getOrDefault("load_busy", 0.0) > BUSY
        && round.getOrDefault("server_busy", 1.0) < BUSY;
  }
}
