package org.jevent.sim.kernel;

import java.util.Arrays;
import org.jevent.sim.core.Timeline;

/**
 * What is on its way in one direction of a connection, and arrives in order. Only the first of it
 * is in the timeline.
 */
abstract class Wire extends Timeline.Entry implements NetPath.Held {
  private static final int FIRST_ITEMS = 4;

  private final Network network;

  /** The way that it takes. */
  private final NetPath path;

  private long[] times;
  private long[] firsts;
  private long[] seconds;
  private int head;
  private int count;
  private long last;

  Wire(final Network network, final NetPath path) {
    this.network = network;
    this.path = path;
  }

  /** An item has arrived. */
  abstract void arrived(long first, long second);

  /** All that could arrive now has. */
  void settled() {}

  /** How many bytes an item has on the way, headers included. */
  abstract long size(long first, long before);

  /** Of what has arrived, as the first number of an item has it. */
  abstract long arrived();

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
    if (time == NetPath.HELD) {
      path.hold(this);
    }
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

  /** What was held goes on, as fast as the link is. */
  @Override
  public final void released() {
    last = 0;
    long before = arrived();
    for (int i = 0; i < count; i++) {
      final int place = head + i & times.length - 1;
      final boolean held = times[place] == NetPath.HELD;
      last = Math.max(last, held ? path.goesOn(size(firsts[place], before)) : times[place]);
      times[place] = last;
      before = firsts[place];
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
