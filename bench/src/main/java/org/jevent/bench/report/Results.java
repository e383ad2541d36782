package org.jevent.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found on one machine; single figures, of which everything else is made.
 *
 * @param format the version of this form
 * @param begun when, as ISO 8601
 * @param machine what it was found on, and every version that matters
 * @param settings rounds, seconds and the like
 * @param contestants the servers, in the order of the ladder
 * @param cells what they were measured at
 * @param comparisons of everything that is not a server under load
 */
public record Results(
    int format,
    String begun,
    Map<String, String> machine,
    Map<String, String> settings,
    List<Contestant> contestants,
    List<Cell> cells,
    List<Comparison> comparisons) {

  /** The version that this program writes. */
  public static final int FORMAT = 1;

  /** Nothing yet. */
  public static Results of(
      final String begun, final Map<String, String> machine, final Map<String, String> settings) {
    return new Results(
        FORMAT,
        begun,
        new LinkedHashMap<>(machine),
        new LinkedHashMap<>(settings),
        new ArrayList<>(),
        new ArrayList<>(),
        new ArrayList<>());
  }

  /** These, and what the other adds; where both have something, the other's counts. */
  public Results with(final Results other) {
    final Results both = of(begun, machine, settings);
    both.machine.putAll(other.machine);
    both.settings.putAll(other.settings);
    both.contestants.addAll(other.cells.isEmpty() ? contestants : other.contestants);
    both.cells.addAll(other.cells.isEmpty() ? cells : other.cells);
    final Map<String, Comparison> byName = new LinkedHashMap<>();
    comparisons.forEach(comparison -> byName.put(comparison.name(), comparison));
    other.comparisons.forEach(comparison -> byName.put(comparison.name(), comparison));
    both.comparisons.addAll(byName.values());
    return both;
  }

  /** Whether figures of both may be in one report. */
  public boolean isOfSameMachineAs(final Results other) {
    return machine.entrySet().stream()
        .allMatch(
            entry ->
                other
                    .machine
                    .getOrDefault(entry.getKey(), entry.getValue())
                    .equals(entry.getValue()));
  }

  /** A contestant of that name, or null. */
  public Contestant contestant(final String name) {
    return contestants.stream()
        .filter(contestant -> contestant.name().equals(name))
        .findFirst()
        .orElse(null);
  }
}
