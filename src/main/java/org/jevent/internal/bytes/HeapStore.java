package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jevent.internal.engine.Memory;

/** Byte arrays: for buffers without a base, and for threads that are not the loop's. */
final class HeapStore implements Store {
  private static final HeapStore WRITABLE = new HeapStore();

  private HeapStore() {}

  /** A buffer as memory without a known address. */
  static Memory memory(final ByteBuffer buffer) {
    return Memory.of(buffer.order(ByteOrder.nativeOrder()), 0);
  }

  static Segment segment(final int capacity) {
    return new Segment(WRITABLE, memory(ByteBuffer.allocate(capacity)), 0, capacity);
  }

  /** Gives a segment a copy of its bytes on the heap in place of the memory it has. */
  static void moveIn(final Segment segment) {
    final int length = (int) segment.length();
    final byte[] copy = new byte[length];
    segment.bytes().get((int) segment.start, copy);
    segment.memory = memory(ByteBuffer.wrap(copy));
    segment.store = WRITABLE;
    segment.base = 0;
    segment.start = 0;
    segment.end = length;
    segment.limit = length;
  }

  @Override
  public void release(final Segment segment) {}

  @Override
  public boolean writable() {
    return true;
  }
}
