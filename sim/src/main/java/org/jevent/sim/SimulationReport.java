package org.jevent.sim;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Site;

/**
 * What has happened in a world, or in several.
 *
 * @param worlds how many
 * @param time the virtual time of all of them
 * @param events how many things have happened
 * @param turns how many iterations loops have made
 * @param packets how many packets were sent
 * @param choices how many choices were drawn
 * @param faults how often each fault has happened, by the name of its site
 * @param offered how often each fault could have happened
 * @param states how often each fault has happened to connections in each state, such as {@code
 *     SHORT_SEND at CONNECTED, input ended}
 */
public record SimulationReport(
    int worlds,
    Duration time,
    long events,
    long turns,
    long packets,
    long choices,
    Map<String, Long> faults,
    Map<String, Long> offered,
    Map<String, Long> states) {
  public SimulationReport {
    faults = Map.copyOf(faults);
    offered = Map.copyOf(offered);
    states = Map.copyOf(states);
  }

  /** Of no world. */
  static SimulationReport empty() {
    return new SimulationReport(0, Duration.ZERO, 0, 0, 0, 0, Map.of(), Map.of(), Map.of());
  }

  static SimulationReport of(
      final long nanos,
      final long events,
      final long turns,
      final long packets,
      final Draws draws) {
    final Map<String, Long> faults = new TreeMap<>();
    final Map<String, Long> offered = new TreeMap<>();
    draws.injected().forEach((site, count) -> faults.put(site.name(), count));
    for (final Site site : Site.values()) {
      if (draws.asked(site) > 0) {
        offered.put(site.name(), draws.asked(site));
      }
    }
    final Map<String, Long> states = new TreeMap<>();
    draws
        .states()
        .forEach(
            (site, counts) ->
                counts.forEach((state, count) -> states.put(site + " at " + state, count)));
    return new SimulationReport(
        1, Duration.ofNanos(nanos), events, turns, packets, draws.total(), faults, offered, states);
  }

  /** Both together. */
  public SimulationReport plus(final SimulationReport other) {
    return new SimulationReport(
        worlds + other.worlds,
        time.plus(other.time),
        events + other.events,
        turns + other.turns,
        packets + other.packets,
        choices + other.choices,
        sum(faults, other.faults),
        sum(offered, other.offered),
        sum(states, other.states));
  }

  private static Map<String, Long> sum(final Map<String, Long> one, final Map<String, Long> other) {
    final Map<String, Long> both = new TreeMap<>(one);
    other.forEach((site, count) -> both.merge(site, count, Long::sum));
    return both;
  }

  /**
   * Requires that a fault has happened at least that often.
   *
   * @param site the name of its site, such as {@code SEGMENT_LOST}, or its name in {@link #states}
   */
  public void require(final String site, final long times) {
    final long count = faults.getOrDefault(site, states.getOrDefault(site, 0L));
    if (count < times) {
      throw new AssertionError(
          "fault " + site + " has happened " + count + " times, not " + times + ": " + this);
    }
  }

  @Override
  public String toString() {
    return worlds
        + " worlds, virtual time "
        + time
        + ", "
        + events
        + " events, "
        + turns
        + " turns, "
        + packets
        + " packets, "
        + choices
        + " choices, faults "
        + new TreeMap<>(faults);
  }
}
