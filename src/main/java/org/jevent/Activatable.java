package org.jevent;

/** An item of an active queue, which the loop runs. Its fields are guarded by the base's lock. */
abstract class Activatable {
  /** {@link #queued}: in the active queue of its priority. */
  static final int ACTIVE = 1;

  /** {@link #queued}: in the queue of items that become active in the next iteration. */
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

  /** An item of the library: not counted, and it does not end the pass. */
  boolean internal() {
    return false;
  }

  /**
   * Runs the item after its removal from the queue. Called under the lock, which is released around
   * user code.
   */
  abstract void run();
}
