package org.jevent.sim.core;

import java.util.ArrayList;
import java.util.List;

/**
 * All sequences of choices to a depth, in order: for small protocols. Each run draws from the same
 * sequence, of which the last number that can grow has grown. Choices beyond the depth are 0.
 */
public final class Exhaustive {
  private final int depth;
  private final List<Integer> values = new ArrayList<>();
  private final List<Integer> bounds = new ArrayList<>();

  /** Up to that many choices of a run are varied. */
  public Exhaustive(final int depth) {
    this.depth = depth;
  }

  /** The choices of the next run. */
  public Draws draws() {
    return Draws.of(new Source());
  }

  /** Goes on to the next sequence; false: there is none. */
  public boolean advance() {
    for (int last = bounds.size() - 1; last >= 0; last--) {
      if (values.get(last) + 1 < bounds.get(last)) {
        values.set(last, values.get(last) + 1);
        values.subList(last + 1, values.size()).clear();
        bounds.subList(last + 1, bounds.size()).clear();
        return true;
      }
    }
    return false;
  }

  private final class Source implements ChoiceSource {
    private int next;

    @Override
    public int choose(
        final Site site, final Entity entity, final int count, final int bound, final long bits) {
      if (next >= depth) {
        return 0;
      }
      if (next == values.size()) {
        values.add(0);
        bounds.add(bound);
      }
      final int value = Math.min(values.get(next), bound - 1);
      next++;
      return value;
    }

    @Override
    public boolean happens(
        final Site site, final Entity entity, final int count, final double rate, final long bits) {
      return choose(site, entity, count, 2, bits) != 0;
    }
  }
}
