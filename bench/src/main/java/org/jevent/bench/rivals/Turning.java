package org.jevent.bench.rivals;

/**
 * ROT13 of eight bytes at a time, in a register, without a branch. The order of the bytes in it
 * does not matter.
 */
final class Turning {
  /** A line of more bytes is answered in pieces of this many. */
  static final int MAX_LINE = 16_384;

  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH = 0x80 * EACH;
  private static final long LOWER_CASE = 0x20 * EACH;
  private static final int PLACES = 13;

  private Turning() {}

  /**
   * Adding {@code 0x80 - c} to a byte below 0x80 sets its highest bit if it is {@code c} or more,
   * and carries nothing into the next.
   */
  static long turn(final long bytes) {
    final long letters = bytes & ~HIGH | LOWER_CASE;
    final long fromA = letters + (0x80 - 'a') * EACH;
    final long fromN = letters + (0x80 - 'n') * EACH;
    final long behindZ = letters + (0x80 - 'z' - 1) * EACH;
    final long turned = fromA & ~behindZ & ~bytes & HIGH;
    final long up = (turned & ~fromN) >>> 7;
    final long down = (turned & fromN) >>> 7;
    return bytes + up * PLACES - down * PLACES;
  }

  static byte turn(final byte letter) {
    return (byte) turn(letter & 0xffL);
  }

  /**
   * How many of {@code size} bytes can be answered: those of complete lines, and of what follows
   * them whole pieces.
   */
  static int answerable(final int lines, final int size) {
    return lines + (size - lines) / MAX_LINE * MAX_LINE;
  }
}
