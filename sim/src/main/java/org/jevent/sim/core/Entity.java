package org.jevent.sim.core;

/**
 * Whom choices are drawn for: a host, a link, a connection. Its number does not depend on what else
 * happens, and it counts its choices at each site. Thereby one choice more or less leaves those of
 * all others as they were.
 */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
public final class Entity {
  private static final int SITES = Site.values().length;

  private final long id;
  private int[] counts;

  public Entity(final long id) {
    this.id = id;
  }

  /** The part of another one with that number. */
  public Entity(final Entity whole, final long part) {
    this(Mix.of(whole.id, part));
  }

  public long id() {
    return id;
  }

  /** The number of this choice at that site, from 0. */
  int next(final Site site) {
    if (counts == null) {
      counts = new int[SITES];
    }
    return counts[site.ordinal()]++;
  }
}
