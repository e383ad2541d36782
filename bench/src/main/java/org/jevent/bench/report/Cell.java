package org.jevent.bench.report;

import java.util.List;
import java.util.Map;

/**
 * One task that all contestants did.
 *
 * @param name short
 * @param title for people
 * @param axes which axes it is a point of, and where
 * @param runs by contestant
 */
public record Cell(String name, String title, Map<String, Double> axes, Map<String, Runs> runs) {

  /**
   * What one contestant did.
   *
   * @param rounds the figures of each round, by key
   * @param counted those of a run in which system calls and allocations were counted
   * @param failure why it could not finish; null if it did
   */
  public record Runs(
      List<Map<String, Double>> rounds, Map<String, Double> counted, String failure) {}

  /** The figures of each round; empty if there are none. */
  public double[] figures(final String contestant, final String key) {
    final Runs found = runs.get(contestant);
    if (found == null || found.failure != null) {
      return new double[0];
    }
    if (found.rounds.stream().allMatch(round -> round.containsKey(key))) {
      return found.rounds.stream().mapToDouble(round -> round.get(key)).toArray();
    }
    final Double counted = found.counted == null ? null : found.counted.get(key);
    return counted == null ? new double[0] : new double[] {counted};
  }

  /** The median of the rounds; NaN if there is none. */
  public double median(final String contestant, final String key) {
    return Stats.median(figures(contestant, key));
  }

  /** The ratios to another contestant within single rounds. */
  public double[] ratios(final String contestant, final String reference, final String key) {
    return Stats.ratios(figures(contestant, key), figures(reference, key));
  }
}
