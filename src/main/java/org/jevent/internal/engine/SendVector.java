package org.jevent.internal.engine;

import java.util.Arrays;

/** A reusable list of byte ranges to send. Holds its memories until {@link #clear}. */
public final class SendVector {
  private Memory[] memories = new Memory[8];
  private int[] offsets = new int[8];
  private int[] lengths = new int[8];
  private int size;

  /** Forgets all ranges. */
  public void clear() {
    Arrays.fill(memories, 0, size, null);
    size = 0;
  }

  /** Appends {@code length} bytes at {@code offset} of {@code memory}. */
  public void add(final Memory memory, final int offset, final int length) {
    if (size == memories.length) {
      memories = Arrays.copyOf(memories, size * 2);
      offsets = Arrays.copyOf(offsets, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
    }
    memories[size] = memory;
    offsets[size] = offset;
    lengths[size++] = length;
  }

  public int size() {
    return size;
  }

  public Memory memory(final int index) {
    return memories[index];
  }

  public int offset(final int index) {
    return offsets[index];
  }

  public int length(final int index) {
    return lengths[index];
  }

  /** The sum of all lengths. */
  public long bytes() {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      sum += lengths[i];
    }
    return sum;
  }
}
