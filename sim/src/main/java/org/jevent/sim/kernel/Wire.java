package org.jevent.sim.kernel;

import java.util.Arrays;
import org.jevent.sim.core.Timeline;

/**
 * What is on its way in one direction of a connection, and arrives in order. Only the first of it
 * is in the timeline.
 */
abstract class Wire extends Timeline.Entry {
  private static final int FIRST_ITEMS = 4;

  private final Network network;
  private long[] times;
  private long[] firsts;
  private long[] seconds;
  private int head;
  private int count;
  private long last;

  Wire(final Network network) {
    this.network = network;
  }

  /** An item has arrived. */
  abstract void arrived(long first, long second);

  /** All that could arrive now has. */
  void settled() {}

  final boolean isEmpty() {
    return count == 0;
  }

  /** Sends an item, which arrives at that time, and after all before it. */
  final void push(final long time, final long first, final long second) {
    if (times == null) {
      times = new long[FIRST_ITEMS];
      firsts = new long[FIRST_ITEMS];
      seconds = new long[FIRST_ITEMS];
    } else if (count == times.length) {
      grow();
    }
    last = Math.max(last, time);
    final int place = head + count & times.length - 1;
    times[place] = last;
    firsts[place] = first;
    seconds[place] = second;
    count++;
    if (count == 1 && last != NetPath.HELD) {
      network.time().schedule(this, last);
    }
  }

  private void grow() {
    final int mask = times.length - 1;
    final long[][] all = {times, firsts, seconds};
    for (int k = 0; k < all.length; k++) {
      final long[] more = new long[all[k].length * 2];
      for (int i = 0; i < count; i++) {
        more[i] = all[k][head + i & mask];
      }
      all[k] = more;
    }
    times = all[0];
    firsts = all[1];
    seconds = all[2];
    head = 0;
  }

  @Override
  protected final void happen() {
    while (count > 0 && times[head] <= network.now()) {
      final int place = head;
      head = head + 1 & times.length - 1;
      count--;
      arrived(firsts[place], seconds[place]);
    }
    if (count > 0 && times[head] != NetPath.HELD && !isScheduled()) {
      network.time().schedule(this, times[head]);
    }
    settled();
  }

  /** What was held arrives after that time. */
  final void release(final long time) {
    last = 0;
    for (int i = 0; i < count; i++) {
      final int place = head + i & times.length - 1;
      last = Math.max(last, times[place] == NetPath.HELD ? time : times[place]);
      times[place] = last;
    }
    if (count > 0) {
      network.time().schedule(this, times[head]);
    }
  }

  /** Forgets all that is on its way. */
  final void clear() {
    count = 0;
    last = 0;
    network.time().cancel(this);
    if (times != null) {
      Arrays.fill(times, 0);
    }
  }
}
