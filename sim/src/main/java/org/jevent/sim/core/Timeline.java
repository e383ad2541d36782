package org.jevent.sim.core;

import java.util.Arrays;
import java.util.Objects;

/**
 * What is going to happen, ordered by virtual time and then by the order of asking. Entries of one
 * time are a chain, as far as it is known when they are scheduled, and a heap of four children a
 * node has the first of each chain. So what happens at one time costs little, however much that is.
 *
 * <p>Entries are objects of those who wait, so that nothing is allocated for each event. Chains and
 * heap have their numbers and keys: moving references costs much more, as collectors want to know
 * of each.
 */
public final class Timeline {
  private static final int CHILDREN = 4;
  private static final int NONE = -1;
  private static final int FIRST_SIZE = 64;
  private static final int RECENT_BITS = 4;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

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

  /** Where the first of a chain is in the heap; for a free number, the next free one. */
  private int[] places = new int[FIRST_SIZE];

  /** The neighbours in the chain; the first has none before it. */
  private int[] befores = new int[FIRST_SIZE];

  private int[] afters = new int[FIRST_SIZE];

  private int firstFree = NONE;
  private int numbers;
  private int waiting;

  // the heap: the first of each chain, and their keys
  private int[] heap = new int[FIRST_SIZE];
  private long[] times = new long[FIRST_SIZE];
  private long[] orders = new long[FIRST_SIZE];
  private int size;

  /**
   * The last of chains that were scheduled lately, by a hash of their times. Of two chains of one
   * time only the later one may be there, as what is added has to come after both.
   */
  private final int[] lasts = new int[1 << RECENT_BITS];

  private final long[] lastTimes = new long[1 << RECENT_BITS];

  private long now;
  private long nextOrder;

  public Timeline() {
    Arrays.fill(lasts, NONE);
  }

  /** Nanoseconds since the world began. */
  public long now() {
    return now;
  }

  /** How many entries wait. */
  public int size() {
    return waiting;
  }

  /** When the next entry happens; {@link Long#MAX_VALUE} when there is none. */
  public long nextTime() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  /** The entries that wait, in no order; for reports. */
  public Entry[] pending() {
    return Arrays.stream(entries).filter(Objects::nonNull).toArray(Entry[]::new);
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
    if (entry.number == NONE) {
      entry.number = number();
      entries[entry.number] = entry;
    } else {
      assert entries[entry.number] == entry : "an entry of another timeline";
      unlink(entry.number, entry.time);
    }
    entry.time = Math.max(time, now);
    link(entry.number, entry.time);
  }

  private static int hash(final long time) {
    return (int) ((time * GOLDEN) >>> (Long.SIZE - RECENT_BITS));
  }

  /** Puts an entry behind all others of its time. */
  private void link(final int number, final long time) {
    final int hash = hash(time);
    final int before = lastTimes[hash] == time ? lasts[hash] : NONE;
    lasts[hash] = number;
    lastTimes[hash] = time;
    befores[number] = before;
    afters[number] = NONE;
    waiting++;
    if (before == NONE) {
      up(size++, number, time, nextOrder++);
    } else {
      afters[before] = number;
    }
  }

  private void unlink(final int number, final long time) {
    final int before = befores[number];
    final int after = afters[number];
    final int hash = hash(time);
    if (lasts[hash] == number) {
      lasts[hash] = before;
    }
    waiting--;
    if (after != NONE) {
      befores[after] = before;
    }
    if (before != NONE) {
      afters[before] = after;
    } else if (after != NONE) {
      heap[places[number]] = after;
      places[after] = places[number];
    } else {
      remove(places[number]);
    }
  }

  private void remove(final int place) {
    size--;
    if (place != size) {
      move(place, heap[size], times[size], orders[size]);
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
      befores = Arrays.copyOf(befores, more);
      afters = Arrays.copyOf(afters, more);
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
    unlink(number, entry.time);
    entry.number = NONE;
    entries[number] = null;
    places[number] = firstFree;
    firstFree = number;
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
