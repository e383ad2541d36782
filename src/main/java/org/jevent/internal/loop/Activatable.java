package org.jevent.internal.loop;

/** An item of an active queue, which the loop runs. Its fields are guarded by the lock. */
abstract class Activatable extends Invocable {
  /** {@link #queued}: in the active queue of its priority. */
  static final int ACTIVE = 1;

  /** {@link #queued}: in the queue of items that become active in the next iteration. */
  static final int LATER = 2;

  Activatable activePrevious;
  Activatable activeNext;
  byte queued;

  /** Small, as there is one such item for each stream and event. */
  private short priority;

  Activatable(final int priority) {
    this.priority = (short) priority;
  }

  /** The priority of the next run. */
  protected final int currentPriority() {
    return priority;
  }

  /** Changes it while the item is in no queue. */
  final void currentPriority(final int next) {
    assert queued == 0 && next == (short) next : next;
    priority = (short) next;
  }

  /**
   * Runs the item after its removal from the queue. Called under the lock, which is released around
   * user code.
   */
  abstract void run();
}
