package org.jevent.internal.loop;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** The time-outs of a base's events: the timer queue and the queues of common time-outs. */
final class Timers {
  private static final int MAX_COMMON = 256;

  private final TimerQueue queue = new TimerQueue();
  private final Counts counts;

  /** In the order of their durations. */
  private CommonQueue[] common = new CommonQueue[0];

  Timers(final Counts counts) {
    this.counts = counts;
  }

  TimerQueue queue() {
    return queue;
  }

  /** Makes room for one more time-out. */
  void makeRoom() {
    queue.makeRoom(2); // that of a common time-out and the event's
  }

  /** Schedules an event, which may be scheduled already, and for which there is room. */
  void schedule(final EventNode event, final long deadline, final long nanos) {
    unschedule(event);
    event.deadline = deadline;
    final CommonQueue shared = common(nanos);
    if (shared == null || !shared.add(event)) {
      queue.add(event, deadline);
    }
    counts.addCondition();
    assert event.timed() : event;
  }

  void unschedule(final EventNode event) {
    assert event.commonQueue == null || !event.scheduled : event;
    if (event.commonQueue != null) {
      event.commonQueue.remove(event);
      counts.removeCondition();
    } else if (event.scheduled) {
      queue.remove(event);
      counts.removeCondition();
    }
    assert !event.timed() : event;
  }

  /** The common time-out of this duration, or null. */
  CommonQueue common(final long nanos) {
    int low = 0;
    int high = common.length - 1;
    while (low <= high) {
      final int middle = (low + high) >>> 1;
      final CommonQueue candidate = common[middle];
      if (candidate.nanos == nanos) {
        return candidate;
      }
      if (candidate.nanos < nanos) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /** Adds a common time-out whose duration has none yet. */
  void addCommon(final CommonQueue made) {
    assert common(made.nanos) == null : made;
    if (common.length == MAX_COMMON) {
      throw new IllegalStateException(
          "init a common time-out of "
              + Duration.ofNanos(made.nanos)
              + ": a base has at most "
              + MAX_COMMON);
    }
    final CommonQueue[] more = Arrays.copyOf(common, common.length + 1);
    more[more.length - 1] = made;
    Arrays.sort(more, (a, b) -> Long.compare(a.nanos, b.nanos));
    common = more;
  }

  /** Visits every event that has a time-out. */
  void forEach(final Consumer<EventNode> visitor) {
    queue.forEach(
        node -> {
          if (node instanceof EventNode event) {
            visitor.accept(event);
          }
        });
    for (final CommonQueue shared : common) {
      for (EventNode event = shared.first(); event != null; event = event.commonNext) {
        visitor.accept(event);
      }
    }
  }
}
