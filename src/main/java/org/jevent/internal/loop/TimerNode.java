package org.jevent.internal.loop;

/** A timer of a {@link TimerQueue}. Its fields belong to the queue. */
abstract class TimerNode extends Activatable {
  /** When it is due, on the base's clock. */
  long deadline;

  /** Breaks ties between equal deadlines: the order of adding. */
  long order;

  /** The deadline for which it was entered; not after {@link #deadline}. */
  long entryKey;

  /** The order with which it was entered. */
  long entryOrder;

  /** The timer is scheduled. */
  boolean scheduled;

  /** The queue has an entry for this node; the entry may be stale. */
  boolean entered;

  TimerNode(final int priority) {
    super(priority);
  }

  /** Records a new entry for its deadline. */
  final void enter() {
    entryKey = deadline;
    entryOrder = order;
    entered = true;
  }

  /** Whether the entry with this order is the node's own, not one that another has replaced. */
  final boolean hasEntry(final long entrysOrder) {
    return entered && entryOrder == entrysOrder;
  }

  /** The deadline has passed: called under the lock, no longer scheduled. */
  abstract void expire();
}
