package org.jevent.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jevent.bench.report.Contestant.Group;

/** The answer to the question of the book's chapter, in sentences made of figures. */
final class Verdict {
  private final Figures figures;

  Verdict(final Figures figures) {
    this.figures = figures;
  }

  /** Empty where this library did not take part. */
  List<String> sentences() {
    final List<String> sentences = new ArrayList<>();
    final Contestant ours = figures.ours();
    if (ours == null || figures.results.cells().isEmpty()) {
      return sentences;
    }
    final Cell centre = figures.centre();
    sentences.add(
        String.format(
            Locale.ROOT,
            "jevent (%s, its default) answers %s lines a second in the cell %s and takes %s µs of a"
                + " processor for each.",
            ours.label(),
            Text.figure(centre.median(ours.name(), Figures.RATE)),
            centre.name(),
            Text.figure(centre.median(ours.name(), Figures.TIME))));
    rivals().forEach(rival -> compare(ours, rival, sentences));
    return sentences;
  }

  /** The limit, the best by hand, the first rung, and the best of the other libraries. */
  private List<Contestant> rivals() {
    final List<Contestant> rivals = new ArrayList<>();
    add(rivals, figures.reference());
    add(rivals, figures.byHand());
    final List<Contestant> hand = figures.present(Group.BY_HAND);
    add(rivals, hand.isEmpty() ? null : hand.get(0));
    figures.present(Group.LIBRARY).stream().max(byRate()).ifPresent(best -> add(rivals, best));
    add(rivals, figures.present("libevent-c"));
    return rivals;
  }

  private static void add(final List<Contestant> rivals, final Contestant rival) {
    if (rival != null && !rivals.contains(rival)) {
      rivals.add(rival);
    }
  }

  private Comparator<Contestant> byRate() {
    return Comparator.comparingDouble(
        contestant -> {
          final double rate = figures.centre().median(contestant.name(), Figures.RATE);
          return Double.isNaN(rate) ? 0 : rate;
        });
  }

  private void compare(
      final Contestant ours, final Contestant rival, final List<String> sentences) {
    final double[] here = figures.centre().ratios(ours.name(), rival.name(), Figures.RATE);
    if (here.length == 0) {
      return;
    }
    final StringBuilder sentence = new StringBuilder();
    sentence.append(
        String.format(Locale.ROOT, "That is %s times %s", Text.range(here), rival.label()));
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    String worst = "";
    String best = "";
    final List<Double> medians = new ArrayList<>();
    for (final Cell cell : figures.results.cells()) {
      final double ratio = Stats.median(cell.ratios(ours.name(), rival.name(), Figures.RATE));
      if (Double.isNaN(ratio)) {
        continue;
      }
      medians.add(ratio);
      if (ratio < min) {
        min = ratio;
        worst = cell.name();
      }
      if (ratio > max) {
        max = ratio;
        best = cell.name();
      }
    }
    if (medians.size() > 1) {
      final double middle =
          Stats.median(medians.stream().mapToDouble(Double::doubleValue).toArray());
      sentence.append(
          String.format(
              Locale.ROOT,
              "; over %d cells from %s (%s) to %s (%s), median %s",
              medians.size(),
              Text.ratio(min),
              worst,
              Text.ratio(max),
              best,
              Text.ratio(middle)));
    }
    sentences.add(sentence.append('.').toString());
  }
}
