package org.jevent.internal.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finding bytes eight at a time: a word is xored with the wanted byte in every place. Adding 0x7f
 * to the low seven bits of each byte shows which of them are zero (Warren, Hacker's Delight, 6-1).
 * Each function returns where it is in the buffer, or -1.
 */
final class Words {
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private static final VarHandle ARRAY =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private Words() {}

  /** Whether {@code count} bytes are the same, in memory of native order and in an array. */
  static boolean equal(
      final ByteBuffer bytes,
      final int from,
      final byte[] array,
      final int offset,
      final int count) {
    int at = 0;
    for (; at <= count - Long.BYTES; at += Long.BYTES) {
      if (bytes.getLong(from + at) != (long) ARRAY.get(array, offset + at)) {
        return false;
      }
    }
    for (; at < count; at++) {
      if (bytes.get(from + at) != array[offset + at]) {
        return false;
      }
    }
    return true;
  }

  static int find(final ByteBuffer bytes, final byte wanted, final int from, final int to) {
    final long pattern = ONES * (wanted & 0xff);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      final long zeros = zeros(bytes.getLong(at) ^ pattern);
      if (zeros != 0) {
        return at + place(zeros, bytes.order());
      }
    }
    for (; at < to; at++) {
      if (bytes.get(at) == wanted) {
        return at;
      }
    }
    return -1;
  }

  static int findEither(
      final ByteBuffer bytes, final byte one, final byte other, final int from, final int to) {
    final long first = ONES * (one & 0xff);
    final long second = ONES * (other & 0xff);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      final long word = bytes.getLong(at);
      final long zeros = zeros(word ^ first) | zeros(word ^ second);
      if (zeros != 0) {
        return at + place(zeros, bytes.order());
      }
    }
    for (; at < to; at++) {
      final byte found = bytes.get(at);
      if (found == one || found == other) {
        return at;
      }
    }
    return -1;
  }

  static int findLast(final ByteBuffer bytes, final byte wanted, final int from, final int to) {
    final long pattern = ONES * (wanted & 0xff);
    int at = to - Long.BYTES;
    for (; at >= from; at -= Long.BYTES) {
      final long zeros = zeros(bytes.getLong(at) ^ pattern);
      if (zeros != 0) {
        return at + lastPlace(zeros, bytes.order());
      }
    }
    for (at += Long.BYTES - 1; at >= from; at--) {
      if (bytes.get(at) == wanted) {
        return at;
      }
    }
    return -1;
  }

  /** The high bit of each byte that is zero, exactly. */
  private static long zeros(final long word) {
    return ~((word & ~HIGHS) + ~HIGHS | word) & HIGHS;
  }

  private static int place(final long zeros, final ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN
        ? Long.numberOfTrailingZeros(zeros) >>> 3
        : Long.numberOfLeadingZeros(zeros) >>> 3;
  }

  private static int lastPlace(final long zeros, final ByteOrder order) {
    return order == ByteOrder.LITTLE_ENDIAN
        ? Long.BYTES - 1 - (Long.numberOfLeadingZeros(zeros) >>> 3)
        : Long.BYTES - 1 - (Long.numberOfTrailingZeros(zeros) >>> 3);
  }
}
