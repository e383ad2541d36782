package org.jevent.sim.core;

import java.util.function.Supplier;

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
  private Supplier<String> state;

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

  /** Faults are counted by the state that it is in, too. */
  public void states(final Supplier<String> next) {
    state = next;
  }

  /** The state that it is in, or null: it has none. */
  String state() {
    return state == null ? null : state.get();
  }

  /** The number of this choice at that site, from 0. */
  int next(final Site site) {
    if (counts == null) {
      counts = new int[SITES];
    }
    return counts[site.ordinal()]++;
  }
}
