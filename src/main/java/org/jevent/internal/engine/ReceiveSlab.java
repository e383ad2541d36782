package org.jevent.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/**
 * Receive buffers for engines in Java, as the ring's slab has them: small payloads share one. All
 * buffers of one {@code enter} are free at the next, unless retained. The number of buffers grows
 * with the retained ones.
 */
public final class ReceiveSlab {
  private static final int SIZE = 16 * 1024;
  private static final int ALIGNMENT = 64;
  private static final int FIRST_BUFFERS = 8;

  private final IntFunction<Memory> maker;
  private final List<Memory> buffers = new ArrayList<>();

  /**
   * The numbers of the buffers that are free, and those that were used since the last recycling.
   */
  private int[] free = new int[FIRST_BUFFERS];

  private int freeCount;
  private int[] lent = new int[FIRST_BUFFERS];
  private int lentCount;
  private int[] retained = new int[FIRST_BUFFERS];
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
      current = freeCount == 0 ? grow() : free[--freeCount];
      assert retained[current] == 0 && !isLent(current) : "buffer " + current + " is in use";
      lent[lentCount++] = current;
      offset = 0;
    }
    assert offset < SIZE : "buffer " + current + " is full";
    return Math.min(wanted, SIZE - offset);
  }

  /** Changes nothing when there is no memory. */
  private int grow() {
    if (buffers.size() == retained.length) {
      final int more = retained.length * 2;
      final int[] moreRetained = Arrays.copyOf(retained, more);
      final int[] moreFree = Arrays.copyOf(free, more);
      lent = Arrays.copyOf(lent, more);
      retained = moreRetained;
      free = moreFree;
    }
    buffers.add(maker.apply(SIZE));
    return buffers.size() - 1;
  }

  private boolean isLent(final int buffer) {
    return contains(lent, lentCount, buffer);
  }

  private static boolean contains(final int[] numbers, final int count, final int number) {
    for (int i = 0; i < count; i++) {
      if (numbers[i] == number) {
        return true;
      }
    }
    return false;
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
    assert retained[buffer] > 0 || isLent(buffer) : "buffer " + buffer + " is free";
    retained[buffer]++;
  }

  /** Gives a retained buffer back. */
  public void release(final int buffer) {
    if (retained[buffer] == 0) {
      throw new IllegalStateException("receive buffer " + buffer + " is not retained");
    }
    assert !contains(free, freeCount, buffer) : "buffer " + buffer + " is free and retained";
    if (--retained[buffer] == 0 && !isLent(buffer)) {
      free[freeCount++] = buffer;
    }
  }

  /** The buffers that are not retained are free again. */
  public void recycle() {
    for (int i = lentCount - 1; i >= 0; i--) {
      if (retained[lent[i]] == 0) {
        free[freeCount++] = lent[i];
      }
    }
    lentCount = 0;
    current = -1;
    assert agrees() : freeCount;
  }

  /** Between two batches each buffer is free or retained. */
  private boolean agrees() {
    int kept = 0;
    for (int buffer = 0; buffer < buffers.size(); buffer++) {
      kept += retained[buffer] > 0 ? 1 : 0;
    }
    return freeCount + kept == buffers.size();
  }

  /** How many buffers are retained. */
  public int retained() {
    return (int) Arrays.stream(retained).filter(count -> count > 0).count();
  }

  /**
   * Shows each buffer that was used since the last {@link #recycle} and is not retained, and how
   * many of its bytes may have been used.
   */
  public void forEachUsed(final ObjIntConsumer<Memory> visitor) {
    for (int i = 0; i < lentCount; i++) {
      final int buffer = lent[i];
      if (retained[buffer] == 0) {
        visitor.accept(buffers.get(buffer), buffer == current ? offset : SIZE);
      }
    }
  }
}
