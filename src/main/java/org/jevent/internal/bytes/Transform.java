package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Changes bytes of a {@link ByteQueue} where they are, eight at a time. Bytes that others see, or
 * that the engine may be sending, are copied first; all copies are made before the first change.
 */
public final class Transform {
  private static final boolean NATIVE_IS_LITTLE =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Transform() {}

  /**
   * Replaces words of the range, which is within the queue. One of the functions is null.
   *
   * @param argument the second argument of {@code binary}
   */
  public static void apply(
      final ByteQueue queue,
      final long from,
      final long count,
      final LongUnaryOperator unary,
      final LongBinaryOperator binary,
      final long argument) {
    if (count == 0) {
      return;
    }
    queue.makeWritable(from, count);
    queue.bytesChange();
    final Place place = queue.placeOf(from);
    Segment segment = place == null ? queue.first : place.segment;
    long at = segment.start + from - (place == null ? 0 : place.start);
    long left = count;
    while (left > 0) {
      final int whole = (int) Math.min(left, segment.end - at) & -Long.BYTES;
      if (whole > 0) {
        final int end = (int) at + whole;
        if (unary != null) {
          words(segment.bytes(), (int) at, end, unary);
        } else {
          words(segment.bytes(), (int) at, end, binary, argument);
        }
        left -= whole;
        at = end;
      } else {
        final int bytes = (int) Math.min(left, Long.BYTES);
        final long word = gather(segment, at, bytes);
        final long changed =
            unary != null ? unary.applyAsLong(word) : binary.applyAsLong(word, argument);
        at = scatter(segment, at, bytes, changed);
        left -= bytes;
      }
      while (left > 0 && at >= segment.end) {
        at += -segment.end + segment.next.start;
        segment = segment.next;
      }
    }
  }

  private static void words(
      final ByteBuffer bytes, final int from, final int to, final LongUnaryOperator function) {
    for (int at = from; at < to; at += Long.BYTES) {
      bytes.putLong(at, little(function.applyAsLong(little(bytes.getLong(at)))));
    }
  }

  private static void words(
      final ByteBuffer bytes,
      final int from,
      final int to,
      final LongBinaryOperator function,
      final long argument) {
    for (int at = from; at < to; at += Long.BYTES) {
      bytes.putLong(at, little(function.applyAsLong(little(bytes.getLong(at)), argument)));
    }
  }

  /** A word in the order of the memory as one whose first byte is the lowest, and back. */
  private static long little(final long word) {
    return NATIVE_IS_LITTLE ? word : Long.reverseBytes(word);
  }

  /** The bytes of a word that a border of segments cuts, or the end of the range. */
  private static long gather(final Segment first, final long from, final int count) {
    Segment segment = first;
    long at = from;
    long word = 0;
    for (int i = 0; i < count; i++) {
      while (at == segment.end) {
        segment = segment.next;
        at = segment.start;
      }
      word |= (segment.bytes().get((int) at++) & 0xffL) << (i * Byte.SIZE);
    }
    return word;
  }

  /** Puts them back; returns how far from the first segment's memory the last of them is. */
  private static long scatter(
      final Segment first, final long from, final int count, final long word) {
    Segment segment = first;
    long at = from;
    long passed = 0;
    for (int i = 0; i < count; i++) {
      while (at == segment.end) {
        passed += segment.end;
        segment = segment.next;
        passed -= segment.start;
        at = segment.start;
      }
      segment.bytes().put((int) at++, (byte) (word >>> (i * Byte.SIZE)));
    }
    return at + passed;
  }
}
