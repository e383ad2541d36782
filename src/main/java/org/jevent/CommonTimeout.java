package org.jevent;

import java.time.Duration;

/**
 * A time-out that many events share. Events that wait for exactly this long have a separate queue,
 * where adding and deleting take constant time however many there are. Order of firing is the same
 * as without it.
 *
 * <p>Made by {@link EventBase#initCommonTimeout}; used by {@link Event#add(CommonTimeout)} and, for
 * an equal duration, by {@link Event#add(Duration)}. Corresponds to the handle of libevent's {@code
 * event_base_init_common_timeout}.
 */
public final class CommonTimeout extends TimerNode {
  final long nanos;
  private Event first;
  private Event last;
  private int turn;

  CommonTimeout(final EventBase base, final long nanos) {
    super(base, 0);
    this.nanos = nanos;
  }

  /** The duration for which its events wait. */
  public Duration duration() {
    return Duration.ofNanos(nanos);
  }

  /**
   * Queues an event whose deadline is set; usually at the end, further ahead only when its deadline
   * is earlier.
   */
  void add(final Event event, final TimerQueue timers) {
    timers.makeRoom(1);
    event.order = timers.takeOrder();
    event.commonQueue = this;
    Event after = last;
    while (after != null && after.deadline > event.deadline) {
      after = after.commonPrevious;
    }
    event.commonPrevious = after;
    event.commonNext = after == null ? first : after.commonNext;
    if (event.commonNext == null) {
      last = event;
    } else {
      event.commonNext.commonPrevious = event;
    }
    if (after == null) {
      first = event;
      schedule(timers);
    } else {
      after.commonNext = event;
    }
  }

  void remove(final Event event, final TimerQueue timers) {
    timers.makeRoom(1);
    final boolean wasFirst = event == first;
    unlink(event);
    if (wasFirst) {
      schedule(timers);
    }
  }

  /** The event that is due first, or null. */
  Event first() {
    return first;
  }

  private void schedule(final TimerQueue timers) {
    if (scheduled) {
      timers.remove(this);
    }
    if (first != null) {
      turn = (turn + 1) % TimerQueue.ORDER_STEP;
      timers.add(this, first.deadline, first.order + turn);
    }
  }

  private void unlink(final Event event) {
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
  void expire(final EventBase owner) {
    final Event due = first;
    unlink(due);
    schedule(owner.states.timers);
    due.expire(owner);
  }

  @Override
  public String toString() {
    return "common time-out of " + duration();
  }

  @Override
  void run() {
    throw new IllegalStateException("a common time-out is never active itself");
  }
}
