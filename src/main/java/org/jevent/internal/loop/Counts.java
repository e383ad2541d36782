package org.jevent.internal.loop;

import org.jevent.internal.engine.Arguments;

/** How much there is that a loop waits for, and the maxima of it. Guarded by the lock. */
public final class Counts {
  /** Active events. */
  public static final int ACTIVE = 1;

  /** Virtual events. */
  public static final int VIRTUAL = 2;

  /** Added conditions, a time-out as one more. */
  public static final int ADDED = 4;

  private final ActiveQueues active;
  private int added;
  private int maximumAdded;
  private int virtual;
  private int maximumVirtual;

  /** Operations that the engine will complete; the loop's thread only. */
  private int refs;

  Counts(final ActiveQueues active) {
    this.active = active;
  }

  private static void requireCounts(final int which) {
    Arguments.bits(
        "which", which, ACTIVE | VIRTUAL | ADDED, "COUNT_ACTIVE|COUNT_VIRTUAL|COUNT_ADDED (0x7)");
  }

  int count(final int which) {
    requireCounts(which);
    return ((which & ACTIVE) != 0 ? active.count() : 0)
        + ((which & VIRTUAL) != 0 ? virtual : 0)
        + ((which & ADDED) != 0 ? added + refs : 0);
  }

  int maximum(final int which, final boolean clear) {
    requireCounts(which);
    int sum = 0;
    if ((which & ACTIVE) != 0) {
      sum += active.maximum(clear);
    }
    if ((which & VIRTUAL) != 0) {
      sum += maximumVirtual;
      maximumVirtual = clear ? virtual : maximumVirtual;
    }
    if ((which & ADDED) != 0) {
      sum += maximumAdded;
      maximumAdded = clear ? added : maximumAdded;
    }
    return sum;
  }

  /** Something keeps the loop alive that is not active yet. */
  boolean any() {
    return added + refs > 0 || virtual > 0;
  }

  void addVirtual(final int by) {
    if (virtual + by < 0) {
      throw new IllegalStateException(
          "remove a virtual event: none is left, each addVirtual allows one removeVirtual");
    }
    virtual += by;
    maximumVirtual = Math.max(maximumVirtual, virtual);
  }

  void addCondition() {
    added++;
    if (added > maximumAdded) {
      maximumAdded = added;
    }
  }

  void removeCondition() {
    added--;
    assert added >= 0 : added;
  }

  void ref() {
    refs++;
  }

  void unref() {
    refs--;
    assert added + refs >= 0 : added + " added, " + refs;
  }

  int refs() {
    return refs;
  }
}
