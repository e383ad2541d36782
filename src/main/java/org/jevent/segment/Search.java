package org.jevent.segment;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finding bytes in a {@link ByteQueue}, eight at a time: a word is xored with the wanted byte in
 * every place, and adding 0x7f to the low seven bits of each byte tells which of them are zero
 * (Warren, Hacker's Delight, 6-1).
 */
public final class Search {
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Search() {}

  /** Where the byte first occurs in {@code from..to} (exclusive), or -1. */
  public static long indexOf(
      final ByteQueue queue, final byte wanted, final long from, final long to) {
    return indexOfEither(queue, wanted, wanted, from, to);
  }

  /** Where one of two bytes first occurs. */
  public static long indexOfEither(
      final ByteQueue queue, final byte one, final byte other, final long from, final long to) {
    queue.bringInFiles(to);
    long passed = 0;
    for (Segment segment = queue.first; segment != null && passed < to; segment = segment.next) {
      final long length = segment.length();
      if (passed + length > from) {
        final long start = segment.start + Math.max(0, from - passed);
        final long end = segment.start + Math.min(length, to - passed);
        final long found = find(segment.bytes(), one, other, (int) start, (int) end);
        if (found >= 0) {
          return passed + found - segment.start;
        }
      }
      passed += length;
    }
    return -1;
  }

  private static int find(
      final ByteBuffer bytes, final byte one, final byte other, final int from, final int to) {
    return one == other ? find(bytes, one, from, to) : findEither(bytes, one, other, from, to);
  }

  private static int find(final ByteBuffer bytes, final byte wanted, final int from, final int to) {
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

  private static int findEither(
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

  private static int findLast(
      final ByteBuffer bytes, final byte wanted, final int from, final int to) {
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

  /** Where the last occurrence of the byte is, or -1. */
  public static long lastIndexOf(final ByteQueue queue, final byte wanted) {
    queue.bringInFiles(queue.length());
    long found = -1;
    long passed = 0;
    for (Segment segment = queue.first; segment != null; segment = segment.next) {
      final int at = findLast(segment.bytes(), wanted, (int) segment.start, (int) segment.end);
      if (at >= 0) {
        found = passed + at - segment.start;
      }
      passed += segment.length();
    }
    return found;
  }

  /** Where the pattern first occurs, whole, in {@code from..to}, or -1. */
  public static long indexOf(
      final ByteQueue queue, final byte[] pattern, final long from, final long to) {
    if (pattern.length == 0) {
      return from <= to ? from : -1;
    }
    final long lastStart = to - pattern.length + 1;
    long at = from;
    while (at < lastStart) {
      at = indexOf(queue, pattern[0], at, lastStart);
      if (at < 0 || matches(queue, pattern, at)) {
        return at;
      }
      at++;
    }
    return -1;
  }

  private static boolean matches(final ByteQueue queue, final byte[] pattern, final long from) {
    queue.bringInFiles(from + pattern.length);
    Segment segment = queue.first;
    long at = from;
    while (at >= segment.length()) {
      at -= segment.length();
      segment = segment.next;
    }
    for (final byte wanted : pattern) {
      while (at == segment.length()) {
        segment = segment.next;
        at = 0;
      }
      if (segment.bytes().get((int) (segment.start + at++)) != wanted) {
        return false;
      }
    }
    return true;
  }
}
