package org.jevent.buffer;

import java.nio.ByteOrder;
import java.util.Objects;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.Integers;
import org.jevent.internal.engine.Arguments;

/**
 * Integers of one to eight bytes in a buffer. Where no order of bytes is named the first byte is
 * the highest, as in network protocols. Bytes may be in several segments; nothing is allocated.
 */
abstract class BufferIntegers extends BufferSearch {
  BufferIntegers(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  /** The signed big-endian integer at a position, which stays there. */
  public final long getInteger(final long position, final int size) {
    return getInteger(position, size, ByteOrder.BIG_ENDIAN);
  }

  /**
   * The signed integer at a position, which stays there.
   *
   * @param position where its first byte is
   * @param size how many bytes it has, from 1 to 8
   * @throws IndexOutOfBoundsException if fewer bytes are there
   */
  public final long getInteger(final long position, final int size, final ByteOrder order) {
    return signed(getUnsigned(position, size, order), size);
  }

  /** The unsigned big-endian integer at a position, which stays there. */
  public final long getUnsigned(final long position, final int size) {
    return getUnsigned(position, size, ByteOrder.BIG_ENDIAN);
  }

  /**
   * The unsigned integer at a position, which stays there.
   *
   * @param position where its first byte is
   * @param size how many bytes it has, from 1 to 8; one of 8 is what the unsigned methods of {@link
   *     Long} take
   * @throws IndexOutOfBoundsException if fewer bytes are there
   */
  public final long getUnsigned(final long position, final int size, final ByteOrder order) {
    final boolean little = isLittle(order);
    if (goesUnframed(0)) {
      requireInteger(position, size);
      return Integers.get(queue, position, size, little);
    }
    begin("getInteger", 0);
    try {
      requireInteger(position, size);
      return Integers.get(queue, position, size, little);
    } finally {
      end();
    }
  }

  /** Removes a signed big-endian integer from the front. */
  public final long readInteger(final int size) {
    return readInteger(size, ByteOrder.BIG_ENDIAN);
  }

  /**
   * Removes a signed integer from the front.
   *
   * @param size how many bytes it has, from 1 to 8
   * @throws IndexOutOfBoundsException if the buffer has fewer; nothing is removed then
   */
  public final long readInteger(final int size, final ByteOrder order) {
    return signed(readUnsigned(size, order), size);
  }

  /** Removes an unsigned big-endian integer from the front. */
  public final long readUnsigned(final int size) {
    return readUnsigned(size, ByteOrder.BIG_ENDIAN);
  }

  /**
   * Removes an unsigned integer from the front.
   *
   * @param size how many bytes it has, from 1 to 8; one of 8 is what the unsigned methods of {@link
   *     Long} take
   * @throws IndexOutOfBoundsException if the buffer has fewer; nothing is removed then
   */
  public final long readUnsigned(final int size, final ByteOrder order) {
    final boolean little = isLittle(order);
    requireSize(size);
    if (goesUnframed(FRONT) && Integers.canSkip(queue, size)) {
      return Integers.remove(queue, size, little);
    }
    begin("readInteger", FRONT);
    try {
      requireInteger(0, size);
      final long value = Integers.get(queue, 0, size, little);
      queue.drain(size);
      return value;
    } finally {
      end();
    }
  }

  private void requireInteger(final long position, final int size) {
    requireSize(size);
    if (position < 0 || position > queue.length() - size) {
      throw new IndexOutOfBoundsException(
          "no integer of size "
              + size
              + " is at position "
              + position
              + ": the buffer's bytes are within 0.."
              + queue.length()
              + " (exclusive)");
    }
  }

  private static void requireSize(final int size) {
    if (size < 1 || size > Long.BYTES) {
      Arguments.within("size", size, 1, Long.BYTES);
    }
  }

  static boolean isLittle(final ByteOrder order) {
    return Objects.requireNonNull(order, "order") == ByteOrder.LITTLE_ENDIAN;
  }

  private static long signed(final long value, final int size) {
    final int unused = Long.SIZE - size * Byte.SIZE;
    return value << unused >> unused;
  }

  /**
   * Refuses a value that its bytes cannot hold, with a sign or without one.
   *
   * @throws IllegalArgumentException if it needs more
   */
  static void requireFits(final long value, final int size) {
    requireSize(size);
    final int bits = size * Byte.SIZE;
    // What is above the highest bit but one: copies of the sign, or a single bit.
    final long above = value >> (bits - 1);
    if (above < -1 || (above > 1 && size < Long.BYTES)) {
      Arguments.within("value", value, -1L << (bits - 1), (1L << bits) - 1);
    }
  }
}
