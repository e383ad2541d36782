package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Integers of one to eight bytes in a {@link ByteQueue}. A word of eight bytes is read or written
 * where there is room for one, and shifted; no segment is left in the middle of an integer that was
 * added.
 */
public final class Integers {
  private static final boolean NATIVE_IS_LITTLE =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  /** The maximum of digits, and a sign. */
  private static final int MAX_DECIMAL = 20;

  /** The digits of all numbers below a hundred, two characters each. */
  private static final byte[] DIGITS = digits();

  private Integers() {}

  private static byte[] digits() {
    final byte[] made = new byte[200];
    for (int i = 0; i < 100; i++) {
      made[2 * i] = (byte) ('0' + i / 10);
      made[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return made;
  }

  /**
   * The integer at a position, without a sign.
   *
   * @param position with {@code size} bytes from there on
   * @param size from 1 to 8
   */
  public static long get(
      final ByteQueue queue, final long position, final int size, final boolean little) {
    Segment segment = queue.first;
    long at = position;
    if (position >= segment.length()) {
      final Place place = queue.placeOf(position);
      segment = place.segment;
      at -= place.start;
    }
    return at + size <= segment.length() && !segment.isFile()
        ? read(segment.bytes(), (int) (segment.start + at), size, little)
        : gather(queue, position, size, little);
  }

  /** Reads a whole word if the memory has one there, whatever follows the integer. */
  private static long read(
      final ByteBuffer bytes, final int at, final int size, final boolean little) {
    final int unused = Long.SIZE - size * Byte.SIZE;
    if (at <= bytes.limit() - Long.BYTES) {
      final long word = bytes.getLong(at);
      final long ordered = little == NATIVE_IS_LITTLE ? word : Long.reverseBytes(word);
      return little ? ordered << unused >>> unused : ordered >>> unused;
    }
    long value = 0;
    for (int i = 0; i < size; i++) {
      final long next = bytes.get(at + i) & 0xff;
      value = little ? value | next << i * Byte.SIZE : value << Byte.SIZE | next;
    }
    return value;
  }

  /** One that is cut by a border of segments, or in a file. */
  private static long gather(
      final ByteQueue queue, final long position, final int size, final boolean little) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      final long next = queue.get(position + i) & 0xff;
      value = little ? value | next << i * Byte.SIZE : value << Byte.SIZE | next;
    }
    return value;
  }

  /** Adds the lowest bytes of a value. */
  public static void add(
      final ByteQueue queue, final long value, final int size, final boolean little) {
    final Segment target = queue.room(Long.BYTES);
    final long ordered = little ? value : Long.reverseBytes(value << Long.SIZE - size * Byte.SIZE);
    target
        .bytes()
        .putLong((int) target.end, NATIVE_IS_LITTLE ? ordered : Long.reverseBytes(ordered));
    target.end += size;
    queue.grew(size);
  }

  /** Adds a number in decimal digits, with a sign if it is negative. */
  public static void addDecimal(final ByteQueue queue, final long value) {
    final Segment target = queue.room(MAX_DECIMAL);
    final ByteBuffer bytes = target.bytes();
    final int count = length(value);
    // All numbers have a negative counterpart, and one of them no positive one.
    long left = value < 0 ? value : -value;
    int at = (int) target.end + count;
    while (left <= -10) {
      final long rest = left / 100;
      final int pair = (int) (rest * 100 - left) * 2;
      bytes.put(--at, DIGITS[pair + 1]);
      bytes.put(--at, DIGITS[pair]);
      left = rest;
    }
    if (left < 0 || value == 0) {
      bytes.put(--at, (byte) ('0' - left));
    }
    if (value < 0) {
      bytes.put(--at, (byte) '-');
    }
    assert at == target.end : value;
    target.end += count;
    queue.grew(count);
  }

  /** How many characters a number has. */
  private static int length(final long value) {
    final int sign = value < 0 ? 1 : 0;
    final long negative = value < 0 ? value : -value;
    long bound = -10;
    for (int digits = 1; digits < MAX_DECIMAL - 1; digits++) {
      if (negative > bound) {
        return sign + digits;
      }
      bound *= 10;
    }
    return sign + MAX_DECIMAL - 1;
  }
}
