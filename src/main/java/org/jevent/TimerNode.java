package org.jevent;

/** What a {@link TimerQueue} holds. Its fields belong to the queue. */
abstract class TimerNode extends Activatable {
  /** When it is due, on the base's clock. */
  long deadline;

  /** Breaks ties between equal deadlines: the order of adding. */
  long order;

  /** The key under which the heap knows it; not after {@link #deadline}. */
  long heapKey;

  /** The order under which the heap knows it. */
  long heapOrder;

  /** Waiting to become due. */
  boolean scheduled;

  /** The heap has an entry for it, of which it may be the corpse. */
  boolean inHeap;

  TimerNode(final EventBase base, final int priority) {
    super(base, priority);
  }

  /** The time has come: called under the base's lock, no longer scheduled. */
  abstract void expire(EventBase base);
}
