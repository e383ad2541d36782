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
  public static final int MAX_DECIMAL = 20;

  /** The two digits of each number below a hundred, the tens in the low byte. */
  private static final short[] PAIRS = pairs();

  /** The powers of ten that a long has. */
  private static final long[] POWERS = powers();

  /** {@code log10(2)} in 4096ths. */
  private static final int LOG = 1233;

  private static final int LOG_BITS = 12;

  private Integers() {}

  private static short[] pairs() {
    final short[] made = new short[100];
    for (int i = 0; i < made.length; i++) {
      made[i] = (short) (('0' + i / 10) | (('0' + i % 10) << Byte.SIZE));
    }
    return made;
  }

  private static long[] powers() {
    final long[] made = new long[19];
    made[0] = 1;
    for (int i = 1; i < made.length; i++) {
      made[i] = made[i - 1] * 10;
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

  /** There is more in the first segment, and nothing to update but the count of bytes. */
  public static boolean canSkip(final ByteQueue queue, final int size) {
    final Segment first = queue.first;
    return first != null
        && first.length() > size
        && !first.isFile()
        && queue.lookup == null
        && !queue.sending;
  }

  /** Removes the integer at the front, if {@link #canSkip}. Changes nothing before it is read. */
  public static long remove(final ByteQueue queue, final int size, final boolean little) {
    final Segment first = queue.first;
    final long value = read(first.bytes(), (int) first.start, size, little);
    queue.shrank(size);
    first.start += size;
    return value;
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
      value = little ? value | (next << (i * Byte.SIZE)) : (value << Byte.SIZE) | next;
    }
    return value;
  }

  /** One that is cut by a border of segments, or in a file. */
  private static long gather(
      final ByteQueue queue, final long position, final int size, final boolean little) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      final long next = queue.get(position + i) & 0xff;
      value = little ? value | (next << (i * Byte.SIZE)) : (value << Byte.SIZE) | next;
    }
    return value;
  }

  /** Adds the lowest bytes of a value. */
  public static void add(
      final ByteQueue queue, final long value, final int size, final boolean little) {
    final Segment target = queue.room(Long.BYTES);
    final long ordered =
        little ? value : Long.reverseBytes(value << (Long.SIZE - size * Byte.SIZE));
    target
        .bytes()
        .putLong((int) target.end, NATIVE_IS_LITTLE ? ordered : Long.reverseBytes(ordered));
    queue.grew(size);
    target.end += size;
  }

  /** Adds a number in decimal digits, with a sign if it is negative. */
  public static void addDecimal(final ByteQueue queue, final long value) {
    final Segment target = queue.room(MAX_DECIMAL);
    final int count = length(value);
    if (count <= Long.BYTES) {
      putShort(target, value);
    } else {
      putLong(target, value, count);
    }
    queue.grew(count);
    target.end += count;
  }

  /** At most eight characters, put together in a word whose lowest byte is the first of them. */
  private static void putShort(final Segment target, final long value) {
    int left = (int) Math.abs(value);
    long word = 0;
    for (; left >= 10; left /= 100) {
      word = (word << (2 * Byte.SIZE)) | PAIRS[left % 100];
    }
    if (left > 0 || value == 0) {
      word = (word << Byte.SIZE) | ('0' + left);
    }
    if (value < 0) {
      word = (word << Byte.SIZE) | '-';
    }
    target.bytes().putLong((int) target.end, NATIVE_IS_LITTLE ? word : Long.reverseBytes(word));
  }

  /** Any number of characters, from the last one on. */
  private static void putLong(final Segment target, final long value, final int count) {
    final ByteBuffer bytes = target.bytes();
    // All numbers have a negative counterpart, and one of them no positive one.
    long left = value < 0 ? value : -value;
    int at = (int) target.end + count;
    for (; left <= -10; left /= 100) {
      final int pair = PAIRS[(int) -(left % 100)];
      bytes.put(--at, (byte) (pair >> Byte.SIZE));
      bytes.put(--at, (byte) pair);
    }
    if (left < 0) {
      bytes.put(--at, (byte) ('0' - left));
    }
    if (value < 0) {
      bytes.put(--at, (byte) '-');
    }
    assert at == target.end : value;
  }

  /** How many characters a number has. */
  private static int length(final long value) {
    final int sign = value < 0 ? 1 : 0;
    final long positive = value < 0 ? -value : value;
    if (positive <= 0) {
      return value == 0 ? 1 : MAX_DECIMAL; // the number without a positive counterpart
    }
    final int guess = ((Long.SIZE - Long.numberOfLeadingZeros(positive)) * LOG) >>> LOG_BITS;
    return sign + guess + (positive >= POWERS[guess] ? 1 : 0);
  }
}
