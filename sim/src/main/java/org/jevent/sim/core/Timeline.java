package org.jevent.sim.core;

import java.util.Arrays;

/**
 * What is going to happen, ordered by virtual time and then by the order of asking: a heap of four
 * children a node in arrays. Entries are objects of those who wait, so that nothing is allocated
 * for each event. The heap has their numbers and keys: moving references costs much more, as
 * collectors want to know of each.
 */
public final class Timeline {
  private static final int CHILDREN = 4;
  private static final int NONE = -1;
  private static final int FIRST_SIZE = 64;

  /** Something that happens at a time. It can be scheduled once at a time, and again afterwards. */
  public abstract static class Entry {
    private long time;
    private int number = NONE;

    /** Whether it waits in a timeline. */
    public final boolean isScheduled() {
      return number != NONE;
    }

    /** When it happens. */
    public final long time() {
      return time;
    }

    /** Its time has come. */
    protected abstract void happen();
  }

  /** The entries by their numbers; those of free numbers are null. */
  private Entry[] entries = new Entry[FIRST_SIZE];

  /** Where a number is in the heap; for a free number, the next free one. */
  private int[] places = new int[FIRST_SIZE];

  private int firstFree = NONE;
  private int numbers;

  // the heap: numbers and their keys
  private int[] heap = new int[FIRST_SIZE];
  private long[] times = new long[FIRST_SIZE];
  private long[] orders = new long[FIRST_SIZE];
  private int size;
  private long now;
  private long nextOrder;

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
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** The entries that wait, in no order; for reports. */
  public Entry[] pending() {
    return Arrays.stream(heap, 0, size).mapToObj(number -> entries[number]).toArray(Entry[]::new);
  }

  /** The time after a while, which is not negative; {@link Long#MAX_VALUE}: never. */
  public long after(final long nanos) {
    assert nanos >= 0 : nanos;
    return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
  }

  /**
   * Schedules it, or moves it; a time that has passed means at once, {@link Long#MAX_VALUE} never.
   */
  public void schedule(final Entry entry, final long time) {
    if (time == Long.MAX_VALUE) {
      cancel(entry);
      return;
    }
    entry.time = Math.max(time, now);
    final long order = nextOrder++;
    if (entry.number == NONE) {
      entry.number = number();
      entries[entry.number] = entry;
      up(size++, entry.number, entry.time, order);
    } else {
      assert entries[entry.number] == entry : "an entry of another timeline";
      move(places[entry.number], entry.number, entry.time, order);
    }
  }

  /** A free number. */
  private int number() {
    final int free = firstFree;
    if (free != NONE) {
      firstFree = places[free];
      return free;
    }
    if (numbers == entries.length) {
      final int more = numbers * 2;
      entries = Arrays.copyOf(entries, more);
      places = Arrays.copyOf(places, more);
      heap = Arrays.copyOf(heap, more);
      times = Arrays.copyOf(times, more);
      orders = Arrays.copyOf(orders, more);
    }
    return numbers++;
  }

  /** Takes it out, if it waits. */
  public void cancel(final Entry entry) {
    final int number = entry.number;
    if (number == NONE) {
      return;
    }
    assert entries[number] == entry : "an entry of another timeline";
    final int place = places[number];
    entry.number = NONE;
    entries[number] = null;
    places[number] = firstFree;
    firstFree = number;
    size--;
    if (place != size) {
      move(place, heap[size], times[size], orders[size]);
    }
  }

  /** Goes on to the time of the next entry, which happens. */
  public void happenNext() {
    final Entry first = entries[heap[0]];
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

  private boolean before(final long time, final long order, final int place) {
    return time < times[place] || (time == times[place] && order < orders[place]);
  }

  private void put(final int place, final int number, final long time, final long order) {
    heap[place] = number;
    times[place] = time;
    orders[place] = order;
    places[number] = place;
  }

  private void move(final int place, final int number, final long time, final long order) {
    if (place > 0 && before(time, order, (place - 1) / CHILDREN)) {
      up(place, number, time, order);
    } else {
      down(place, number, time, order);
    }
  }

  /** Puts an entry at a free place or above. */
  private void up(final int from, final int number, final long time, final long order) {
    int place = from;
    while (place > 0) {
      final int parent = (place - 1) / CHILDREN;
      if (!before(time, order, parent)) {
        break;
      }
      put(place, heap[parent], times[parent], orders[parent]);
      place = parent;
    }
    put(place, number, time, order);
  }

  /** Puts an entry at a free place or below. */
  private void down(final int from, final int number, final long time, final long order) {
    int place = from;
    while (true) {
      final int first = place * CHILDREN + 1;
      if (first >= size) {
        break;
      }
      final int end = Math.min(first + CHILDREN, size);
      int best = first;
      for (int i = first + 1; i < end; i++) {
        if (before(times[i], orders[i], best)) {
          best = i;
        }
      }
      if (before(time, order, best)) {
        break;
      }
      put(place, heap[best], times[best], orders[best]);
      place = best;
    }
    put(place, number, time, order);
  }
}
