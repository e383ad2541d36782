package org.jevent.sim;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jevent.sim.core.Choice;

/**
 * Reduces the choices of a failing run: whole kinds, whole hosts and connections, then ever smaller
 * parts (Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002), then each
 * value. It ends at a limit of runs and of real time.
 */
final class Shrinker {
  private static final int MAX_RUNS = 500;
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Predicate<Collection<Choice>> fails;
  private final long end = System.nanoTime() + MAX_NANOS;
  private List<Choice> best;
  private int runs;

  /**
   * @param fails whether a run with these choices fails in the same way
   */
  Shrinker(final Predicate<Collection<Choice>> fails) {
    this.fails = fails;
  }

  /** How many runs it has taken. */
  int runs() {
    return runs;
  }

  private boolean mayRun() {
    return runs < MAX_RUNS && System.nanoTime() - end < 0;
  }

  private boolean accept(final List<Choice> candidate) {
    if (!mayRun()) {
      return false;
    }
    runs++;
    if (!fails.test(candidate)) {
      return false;
    }
    best = candidate;
    return true;
  }

  /** Returns fewer choices that fail in the same way. */
  List<Choice> shrink(final List<Choice> choices) {
    best = choices;
    if (accept(List.of())) {
      return best;
    }
    withoutGroups(choice -> choice.site().kind());
    withoutGroups(Choice::site);
    withoutGroups(Choice::entity);
    withoutParts();
    smallerValues();
    return best;
  }

  private void withoutGroups(final Function<Choice, Object> group) {
    final Set<Object> groups = new LinkedHashSet<>();
    best.forEach(choice -> groups.add(group.apply(choice)));
    for (final Object one : groups) {
      final List<Choice> candidate =
          best.stream().filter(choice -> !group.apply(choice).equals(one)).toList();
      if (candidate.size() < best.size()) {
        accept(candidate);
      }
    }
  }

  private void withoutParts() {
    int part = best.size() / 2;
    while (part >= 1 && mayRun()) {
      boolean found = false;
      for (int from = 0; from < best.size() && mayRun(); ) {
        final List<Choice> candidate = new ArrayList<>(best.subList(0, from));
        candidate.addAll(best.subList(Math.min(from + part, best.size()), best.size()));
        if (accept(candidate)) {
          found = true;
        } else {
          from += part;
        }
      }
      if (!found || part > best.size()) {
        part = Math.min(part / 2, Math.max(best.size() / 2, part == 1 ? 0 : 1));
      }
    }
  }

  private void smallerValues() {
    for (int i = 0; i < best.size() && mayRun(); i++) {
      int low = 0;
      while (low + 1 < best.get(i).value() && mayRun()) {
        final int middle = low + (best.get(i).value() - low) / 2;
        final List<Choice> candidate = new ArrayList<>(best);
        candidate.set(i, best.get(i).with(middle));
        if (!accept(candidate)) {
          low = middle;
        }
      }
    }
  }
}
