package org.jevent.sim.core;

import java.util.Arrays;

/**
 * What is going to happen, ordered by virtual time and then by the order of asking: a heap of four
 * children a node in arrays. Entries are objects of those who wait, so that nothing is allocated
 * for each event.
 */
public final class Timeline {
  private static final int CHILDREN = 4;
  private static final int NOWHERE = -1;

  /** Something that happens at a time. It can be scheduled once at a time, and again afterwards. */
  public abstract static class Entry {
    private long time;
    private long order;
    private int place = NOWHERE;

    /** Whether it waits in a timeline. */
    public final boolean isScheduled() {
      return place != NOWHERE;
    }

    /** When it happens. */
    public final long time() {
      return time;
    }

    /** Its time has come. */
    protected abstract void happen();
  }

  private Entry[] heap = new Entry[64];
  private int size;
  private long now;
  private long orders;

  /** Nanoseconds since the world began. */
  public long now() {
    return now;
  }

  /** How many entries wait. */
  public int size() {
    return size;
  }

  /** When the next entry happens; {@link Long#MAX_VALUE} when there is none. */
  public long nextTime() {
    return size == 0 ? Long.MAX_VALUE : heap[0].time;
  }

  /** The entries that wait, in no order; for reports. */
  public Entry[] pending() {
    return Arrays.copyOf(heap, size);
  }

  /** Schedules it, or moves it; a time that has passed means at once. */
  public void schedule(final Entry entry, final long time) {
    entry.time = Math.max(time, now);
    entry.order = orders++;
    if (entry.place == NOWHERE) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      entry.place = size++;
      up(entry);
    } else {
      assert heap[entry.place] == entry : "an entry of another timeline";
      down(entry);
      up(entry);
    }
  }

  /** Takes it out, if it waits. */
  public void cancel(final Entry entry) {
    final int place = entry.place;
    if (place == NOWHERE) {
      return;
    }
    assert heap[place] == entry : "an entry of another timeline";
    entry.place = NOWHERE;
    final Entry last = heap[--size];
    heap[size] = null;
    if (last != entry) {
      last.place = place;
      down(last);
      up(last);
    }
  }

  /** Goes on to the time of the next entry, which happens. */
  public void happenNext() {
    final Entry first = heap[0];
    assert first.time >= now : "time goes back";
    now = first.time;
    cancel(first);
    first.happen();
  }

  /** Goes on to that time, before which nothing happens. */
  public void advance(final long time) {
    assert time >= now && time <= nextTime() : now + " to " + time;
    now = time;
  }

  private static boolean before(final Entry one, final Entry other) {
    return one.time < other.time || (one.time == other.time && one.order < other.order);
  }

  private void up(final Entry entry) {
    int place = entry.place;
    while (place > 0) {
      final int parent = (place - 1) / CHILDREN;
      final Entry above = heap[parent];
      if (!before(entry, above)) {
        break;
      }
      heap[place] = above;
      above.place = place;
      place = parent;
    }
    heap[place] = entry;
    entry.place = place;
  }

  private void down(final Entry entry) {
    int place = entry.place;
    while (true) {
      final int from = place * CHILDREN + 1;
      final int to = Math.min(from + CHILDREN, size);
      int best = NOWHERE;
      for (int i = from; i < to; i++) {
        if (before(heap[i], best == NOWHERE ? entry : heap[best])) {
          best = i;
        }
      }
      if (best == NOWHERE) {
        break;
      }
      heap[place] = heap[best];
      heap[place].place = place;
      place = best;
    }
    heap[place] = entry;
    entry.place = place;
  }
}
