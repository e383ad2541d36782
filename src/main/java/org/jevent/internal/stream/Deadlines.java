package org.jevent.internal.stream;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.loop.LoopServices;

/**
 * The deadlines of many connections on one timer: a binary heap in which an entry that moves back
 * keeps its place until the timer finds it. Putting off a deadline costs a store, and no entry
 * costs more than a step of the timer for each of its periods.
 */
public final class Deadlines implements AutoCloseable {
  /** No deadline. */
  public static final long NONE = Long.MAX_VALUE;

  /** What has a deadline. The loop's thread, as all of this. */
  public abstract static class Entry {
    private long at = NONE;

    /** Where the heap has it: not after {@link #at}. */
    private long place;

    private int index = -1;

    /** The deadline is over; it has none now. */
    protected abstract void passed(long now);
  }

  private static final int START = 16;

  private final EventBase base;
  private final LoopServices services;
  private final Event timer;
  private Entry[] heap = new Entry[START];
  private int size;
  private long armed = NONE;
  private boolean closed;

  public Deadlines(final EventBase base) {
    this.base = base;
    services = BaseAccess.services(base);
    timer = base.newTimer((self, what) -> fire());
  }

  /** The end of a time that begins now; times of centuries are cut. */
  public static long after(final long now, final Duration time) {
    return now + Math.min(Durations.nanos("time", time), NONE / 4);
  }

  /** The time of this turn of the loop. */
  public long now() {
    return base.cachedNanos();
  }

  /** Sets a deadline in place of the one before; {@link #NONE} for none. */
  public void set(final Entry entry, final long at) {
    Objects.requireNonNull(entry, "entry");
    if (closed) {
      return;
    }
    entry.at = at;
    if (at == NONE || (entry.index >= 0 && entry.place <= at)) {
      return;
    }
    entry.place = at;
    if (entry.index < 0) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      entry.index = size++;
      heap[entry.index] = entry;
    }
    up(entry);
    arm();
  }

  /** The deadline of an entry. */
  public long at(final Entry entry) {
    return entry.at;
  }

  /** Forgets an entry, which may be set again. */
  public void remove(final Entry entry) {
    entry.at = NONE;
    if (entry.index < 0) {
      return;
    }
    final int hole = entry.index;
    entry.index = -1;
    final Entry last = heap[--size];
    heap[size] = null;
    if (last != entry) {
      last.index = hole;
      heap[hole] = last;
      up(last);
      down(last);
    }
    if (size == 0 && armed != NONE) {
      armed = NONE; // it would keep the loop alive
      timer.deleteNoBlock();
    }
  }

  private void up(final Entry entry) {
    int index = entry.index;
    while (index > 0) {
      final Entry parent = heap[(index - 1) / 2];
      if (parent.place <= entry.place) {
        break;
      }
      parent.index = index;
      heap[index] = parent;
      index = (index - 1) / 2;
    }
    entry.index = index;
    heap[index] = entry;
  }

  private void down(final Entry entry) {
    int index = entry.index;
    for (; ; ) {
      int child = 2 * index + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1].place < heap[child].place) {
        child++;
      }
      if (heap[child].place >= entry.place) {
        break;
      }
      heap[child].index = index;
      heap[index] = heap[child];
      index = child;
    }
    entry.index = index;
    heap[index] = entry;
  }

  private void arm() {
    if (size > 0 && heap[0].place < armed && !services.isClosed()) {
      armed = heap[0].place;
      services.startTimer(timer, Math.max(0, armed - now()));
    }
  }

  private void fire() {
    armed = NONE;
    try {
      passAll(now());
    } finally {
      arm(); // also behind an entry that has thrown
    }
  }

  private void passAll(final long now) {
    for (int most = size; most > 0 && size > 0 && heap[0].place <= now; most--) {
      final Entry first = heap[0];
      if (first.at > now && first.at != NONE) {
        first.place = first.at;
        down(first);
      } else {
        final boolean over = first.at != NONE;
        remove(first);
        if (over) {
          first.passed(now);
        }
      }
    }
  }

  /** Forgets all; entries may still be removed afterwards, and are not set any more. */
  @Override
  public void close() {
    closed = true;
    timer.close();
    for (int i = 0; i < size; i++) {
      heap[i].index = -1; // it may be removed later
      heap[i].at = NONE;
      heap[i] = null;
    }
    size = 0;
  }
}
