package org.jevent.sim.core;

/**
 * One choice that was drawn.
 *
 * @param site where
 * @param entity for whom
 * @param count which one of that site and entity, from 0
 * @param value what was drawn, not 0
 * @param bound what it was below
 */
public record Choice(Site site, long entity, int count, int value, int bound) {
  /** What names it in any run of the same program. */
  record Key(Site site, long entity, int count) {}

  Key key() {
    return new Key(site, entity, count);
  }

  /** The same choice with another value. */
  public Choice with(final int other) {
    return new Choice(site, entity, count, other, bound);
  }
}
