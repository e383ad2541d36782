package org.jevent.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Site;

/** Choices of a test, which follow from the seed and take part in shrinking. */
public final class Choices {
  private final Draws draws;
  private final Map<String, Entity> entities = new HashMap<>();

  Choices(final Draws draws) {
    this.draws = draws;
  }

  private Entity entity(final String name) {
    return entities.computeIfAbsent(
        Objects.requireNonNull(name, "name"), key -> new Entity(Mix.of(key)));
  }

  /** The name of what was chosen, or null. */
  String nameOf(final long entity) {
    for (final Map.Entry<String, Entity> known : entities.entrySet()) {
      if (known.getValue().id() == entity) {
        return known.getKey();
      }
    }
    return null;
  }

  /**
   * A number from 0 to {@code bound - 1}. 0 should be the plain thing, as a failing run is reduced
   * towards it.
   *
   * @param name of what is chosen: choices of other names do not depend on it
   */
  public int choose(final String name, final int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound " + bound + " is less than 1");
    }
    return draws.choose(Site.USER, entity(name), bound);
  }

  /**
   * A number of a range, both ends included; {@code least} is the plain thing.
   *
   * @param most not less than {@code least}, and so near that there are less than 2 to the 31st
   *     numbers
   */
  public int between(final String name, final int least, final int most) {
    final long numbers = (long) most - least + 1;
    if (numbers < 1 || numbers > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name
              + ": between "
              + least
              + " and "
              + most
              + " are "
              + (numbers < 1 ? "no" : numbers)
              + " numbers");
    }
    return least + choose(name, (int) numbers);
  }

  /** Whether something happens, with that likelihood, from 0 to 1. */
  public boolean happens(final String name, final double rate) {
    return draws.happens(Site.USER, entity(name), requireRate(rate));
  }

  static double requireRate(final double rate) {
    if (!(rate >= 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate " + rate + " is not within 0..1");
    }
    return rate;
  }
}
