package org.jevent.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Receive buffers for engines in Java, as the ring's slab has them: small payloads share one. All
 * buffers of one {@code enter} are free at the next, unless retained. The number of buffers grows
 * with the retained ones.
 */
public final class ReceiveSlab {
  private static final int SIZE = 16 * 1024;
  private static final int ALIGNMENT = 64;

  private final IntFunction<Memory> maker;
  private final List<Memory> buffers = new ArrayList<>();
  private final List<Integer> free = new ArrayList<>();
  private final List<Integer> lent = new ArrayList<>();
  private int[] retained = new int[8];
  private int current = -1;
  private int offset;

  /**
   * @param maker makes a buffer of a size
   */
  public ReceiveSlab(final IntFunction<Memory> maker) {
    this.maker = maker;
  }

  /**
   * Makes room for {@code max} bytes; returns how many there are at {@link #offset}, at least
   * {@code min} or as many as a buffer has.
   */
  public int reserve(final int min, final int max) {
    final int wanted = Math.min(max, SIZE);
    if (current < 0 || SIZE - offset < Math.min(min, wanted)) {
      current = free.isEmpty() ? grow() : free.remove(free.size() - 1);
      assert retained[current] == 0 && !lent.contains(current) : "buffer " + current + " is in use";
      lent.add(current);
      offset = 0;
    }
    assert offset < SIZE : "buffer " + current + " is full";
    return Math.min(wanted, SIZE - offset);
  }

  private int grow() {
    buffers.add(maker.apply(SIZE));
    if (buffers.size() > retained.length) {
      retained = Arrays.copyOf(retained, retained.length * 2);
    }
    return buffers.size() - 1;
  }

  /** The number of the buffer that has the last reservation. */
  public int buffer() {
    return current;
  }

  /** That buffer. */
  public Memory memory() {
    return buffers.get(current);
  }

  /** Where the last reservation begins. */
  public int offset() {
    return offset;
  }

  /** Keeps {@code used} bytes of the last reservation. */
  public void commit(final int used) {
    assert current >= 0 && used >= 0 && used <= SIZE - offset : used;
    offset = Math.min(SIZE, offset + (used + ALIGNMENT - 1 & -ALIGNMENT));
  }

  /** Keeps a buffer beyond the next {@link #recycle}. */
  public void retain(final int buffer) {
    assert retained[buffer] > 0 || lent.contains(buffer) : "buffer " + buffer + " is free";
    retained[buffer]++;
  }

  /** Gives a retained buffer back. */
  public void release(final int buffer) {
    if (retained[buffer] == 0) {
      throw new IllegalStateException("receive buffer " + buffer + " is not retained");
    }
    assert !free.contains(buffer) : "buffer " + buffer + " is free and retained";
    if (--retained[buffer] == 0 && !lent.contains(buffer)) {
      free.add(buffer);
    }
  }

  /** The buffers that are not retained are free again. */
  public void recycle() {
    for (int i = lent.size() - 1; i >= 0; i--) {
      if (retained[lent.get(i)] == 0) {
        free.add(lent.get(i));
      }
    }
    lent.clear();
    current = -1;
    assert agrees() : free;
  }

  /** Between two batches each buffer is free or retained. */
  private boolean agrees() {
    int kept = 0;
    for (int buffer = 0; buffer < buffers.size(); buffer++) {
      kept += retained[buffer] > 0 ? 1 : 0;
    }
    return free.size() + kept == buffers.size();
  }

  /** How many buffers are retained. */
  public int retained() {
    return (int) Arrays.stream(retained).filter(count -> count > 0).count();
  }

  /** Shows each buffer that was used since the last {@link #recycle} and is not retained. */
  public void forEachUsed(final Consumer<Memory> visitor) {
    for (final int buffer : lent) {
      if (retained[buffer] == 0) {
        visitor.accept(buffers.get(buffer));
      }
    }
  }
}
