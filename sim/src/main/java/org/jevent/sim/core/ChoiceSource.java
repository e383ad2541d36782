package org.jevent.sim.core;

/** Where choices come from. */
interface ChoiceSource {
  /**
   * A number below {@code bound}.
   *
   * @param bits random bits of the seed for this choice
   */
  int choose(Site site, Entity entity, int count, int bound, long bits);

  /**
   * Whether something happens that happens in {@code rate} of all cases.
   *
   * @param bits random bits of the seed for this choice
   */
  boolean happens(Site site, Entity entity, int count, double rate, long bits);
}
