package org.jevent.internal.loop;

/**
 * The events that share a time-out, in the order of their deadlines. Adding and deleting take
 * constant time however many there are. The queue itself is a timer, which is due with its first
 * event.
 */
public abstract class CommonQueue extends TimerNode {
  /** How many events a new one may overtake, so that adding takes constant time. */
  static final int MAX_STEPS = 16;

  final long nanos;
  private final TimerQueue timers;
  private EventNode first;
  private EventNode last;
  private int turn;

  /** A queue that is found by its duration once {@link EventLoop#commonTimeout} has added it. */
  protected CommonQueue(final EventLoop loop, final long nanos) {
    this(loop.timers.queue(), nanos);
  }

  CommonQueue(final TimerQueue timers, final long nanos) {
    super(0);
    this.timers = timers;
    this.nanos = nanos;
  }

  /** For how many nanoseconds its events wait. */
  protected final long nanos() {
    return nanos;
  }

  /**
   * Queues an event whose deadline is set; usually at the end, further ahead only when its deadline
   * is earlier.
   *
   * @return false if its place is too far ahead, such as that of a periodic event whose time was
   *     long ago: the event needs an entry in the timer queue instead
   */
  final boolean add(final EventNode event) {
    timers.makeRoom(1);
    assert event.commonQueue == null : event;
    EventNode after = last;
    for (int i = 0; after != null && after.deadline > event.deadline; i++) {
      if (i == MAX_STEPS) {
        return false;
      }
      after = after.commonPrevious;
    }
    event.order = timers.takeOrder();
    event.commonQueue = this;
    event.commonPrevious = after;
    event.commonNext = after == null ? first : after.commonNext;
    if (event.commonNext == null) {
      last = event;
    } else {
      event.commonNext.commonPrevious = event;
    }
    if (after == null) {
      first = event;
      schedule();
    } else {
      after.commonNext = event;
    }
    assert isOrdered(event) : event;
    return true;
  }

  private static boolean isOrdered(final EventNode event) {
    final EventNode before = event.commonPrevious;
    final EventNode after = event.commonNext;
    return (before == null || (before.commonNext == event && before.deadline <= event.deadline))
        && (after == null || (after.commonPrevious == event && event.deadline < after.deadline));
  }

  final void remove(final EventNode event) {
    timers.makeRoom(1);
    final boolean wasFirst = event == first;
    unlink(event);
    if (wasFirst) {
      schedule();
    }
  }

  /** The event that is due first, or null. */
  final EventNode first() {
    return first;
  }

  private void schedule() {
    if (scheduled) {
      timers.remove(this);
    }
    if (first != null) {
      turn = (turn + 1) % TimerQueue.ORDER_STEP;
      timers.add(this, first.deadline, first.order + turn);
    }
    assert scheduled == (first != null) : this;
  }

  private void unlink(final EventNode event) {
    assert event.commonQueue == this && !event.scheduled : event;
    assert event.commonPrevious == null ? first == event : event.commonPrevious.commonNext == event;
    assert event.commonNext == null ? last == event : event.commonNext.commonPrevious == event;
    if (event.commonPrevious == null) {
      first = event.commonNext;
    } else {
      event.commonPrevious.commonNext = event.commonNext;
    }
    if (event.commonNext == null) {
      last = event.commonPrevious;
    } else {
      event.commonNext.commonPrevious = event.commonPrevious;
    }
    event.commonPrevious = null;
    event.commonNext = null;
    event.commonQueue = null;
  }

  @Override
  final void expire() {
    final EventNode due = first;
    assert due != null && due.deadline <= deadline : this;
    unlink(due);
    schedule();
    due.expire();
  }

  @Override
  final void run() {
    throw new IllegalStateException("a common time-out is never active itself");
  }

  @Override
  final void call(final long argument) {
    run();
  }
}
