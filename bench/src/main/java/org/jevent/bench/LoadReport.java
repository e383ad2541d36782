package org.jevent.bench;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Text;

/**
 * What servers have cost under a load: tables, ratios to others, and a comparison for a report.
 *
 * @param all every case, in order
 * @param taken the cases that were measured
 * @param unit what is asked of a server once, such as a request
 */
record LoadReport<C extends ServerCase>(List<C> all, Collection<C> taken, String unit) {
  private static final String OWN = "jevent";

  /**
   * Prints all of it.
   *
   * @param delay what takes the time whose percentiles are printed, such as an answer
   * @param percentiles their keys, and their names for people
   * @param references those whose ratios are printed
   */
  void print(
      final CostContest contest,
      final String delay,
      final Map<String, String> percentiles,
      final List<String> references) {
    contest.print("us of the server's processor; B");
    contest.print("a second", keys(ServerCase::rate));
    percentiles.forEach(
        (key, name) ->
            contest.print("us until " + delay + ", " + name, keys(each -> each.percentile(key))));
    contest.print("B allocated", keys(ServerCase::allocated));
    System.out.printf(Locale.ROOT, "%nprocessor time of a %s, as a ratio%n", unit);
    references.forEach(each -> printRatios(contest, each));
  }

  private Map<String, String> keys(final Function<ServerCase, String> key) {
    return ServerCase.keys(all, key);
  }

  /** How much of the other's processor time this library takes, in each case. */
  private void printRatios(final CostContest contest, final String reference) {
    final Map<String, String> found = new LinkedHashMap<>();
    for (final C each : taken) {
      found.put(each.title(), Text.figure(contest.ratio(OWN, reference, each.cost())));
    }
    System.out.printf(Locale.ROOT, "%s / %s: %s%n", OWN, reference, found);
  }

  /**
   * The figures of processor time, without those of idle connections.
   *
   * @param reference what the others are compared with
   */
  Comparison comparison(
      final CostContest contest, final String id, final String title, final String reference) {
    final String idle = ServerCase.costs(all.toArray(ServerCase[]::new)).get(ServerCase.IDLE);
    return new Comparison(
        id,
        title,
        "Processor time of the server for a " + unit + ".",
        "us",
        true,
        reference,
        contest.results().stream().filter(each -> !each.name().equals(idle)).toList(),
        contest.leftOut());
  }
}
