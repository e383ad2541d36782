package org.jevent;

/** An item of an active queue, which the loop runs. Its fields are guarded by the base's lock. */
abstract class Activatable {
  /** Standing in the active queue of its priority. */
  static final int ACTIVE = 1;

  /** Standing in the queue of what becomes active in the next iteration. */
  static final int LATER = 2;

  final EventBase base;
  Activatable activePrevious;
  Activatable activeNext;
  int queued;
  int priority;

  Activatable(final EventBase base, final int priority) {
    this.base = base;
    this.priority = priority;
  }

  /** Belongs to the library itself: neither counted nor an end of the pass. */
  boolean internal() {
    return false;
  }

  /** Taken off the queue to be run: called under the lock, which is released around user code. */
  abstract void run();
}
