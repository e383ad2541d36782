package org.jevent.examples;

import org.jevent.buffer.ByteView;

/**
 * The cipher that undoes itself: letters of ASCII move by thirteen places, all else stays. Bytes
 * are turned eight at a time: in each byte of a word the high bit of a sum shows on which side of a
 * bound the byte is.
 */
final class Rot13 {
  private static final byte[] TABLE = table();
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long CASE = 0x20 * ONES;
  private static final long NEWLINES = '\n' * ONES;
  private static final long FROM_A = (0x80 - 'a') * ONES;
  private static final long FROM_N = (0x80 - 'n') * ONES;
  private static final long BEYOND_Z = (0x80 - ('z' + 1)) * ONES;

  private Rot13() {}

  private static byte[] table() {
    final byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) turned(i);
    }
    return table;
  }

  private static int turned(final int letter) {
    if (letter >= 'a' && letter <= 'z') {
      return 'a' + (letter - 'a' + 13) % 26;
    }
    return letter >= 'A' && letter <= 'Z' ? 'A' + (letter - 'A' + 13) % 26 : letter;
  }

  static byte turn(final byte letter) {
    return TABLE[letter & 0xff];
  }

  /** Turns eight letters. */
  static long turn(final long word) {
    final long small = (word | CASE) & ~HIGHS;
    final long letters = (small + FROM_A) & ~(small + BEYOND_Z) & ~word & HIGHS;
    final long second = letters & (small + FROM_N);
    final long first = letters ^ second;
    return word + 13 * (first >>> 7) - 13 * (second >>> 7);
  }

  /** How many of the bytes end a line. */
  static int lines(final ByteView bytes) {
    int lines = 0;
    int at = 0;
    for (; at <= bytes.length() - Long.BYTES; at += Long.BYTES) {
      final long others = bytes.word(at) ^ NEWLINES;
      lines += Long.bitCount(~(((others & ~HIGHS) + ~HIGHS) | others) & HIGHS);
    }
    for (; at < bytes.length(); at++) {
      lines += bytes.get(at) == '\n' ? 1 : 0;
    }
    return lines;
  }
}
