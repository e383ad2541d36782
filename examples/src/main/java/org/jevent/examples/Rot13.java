package org.jevent.examples;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The cipher that undoes itself: letters of ASCII move by thirteen places, all else stays. Bytes
 * are turned eight at a time: in each byte of a word the high bit of a sum shows on which side of a
 * bound the byte is. Each loop does one thing, so that the JVM can make it four words wide.
 */
final class Rot13 {
  private static final byte[] TABLE = table();
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long CASE = 0x20 * ONES;
  private static final long NEWLINES = '\n' * ONES;
  private static final long FROM_A = (0x80 - 'a') * ONES;
  private static final long FROM_N = (0x80 - 'n') * ONES;
  private static final long BEYOND_Z = (0x80 - ('z' + 1)) * ONES;

  private static final long PAIRS = 0x00ff00ff00ff00ffL;

  /** More bytes than these may overflow the count in one place of a word. */
  private static final int MAX_COUNTED = 0xff * Long.BYTES;

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

  /** Turns the first {@code count} bytes where they are. */
  static void turn(final byte[] bytes, final int count) {
    int at = 0;
    for (; at <= count - Long.BYTES; at += Long.BYTES) {
      WORDS.set(bytes, at, turn((long) WORDS.get(bytes, at)));
    }
    for (; at < count; at++) {
      bytes[at] = turn(bytes[at]);
    }
  }

  /** How many of the first {@code count} bytes end a line. */
  static int lines(final byte[] bytes, final int count) {
    int lines = 0;
    int at = 0;
    while (at <= count - Long.BYTES) {
      final int end = Math.min(count - Long.BYTES + 1, at + MAX_COUNTED);
      long sums = 0;
      for (; at < end; at += Long.BYTES) {
        sums += newlines((long) WORDS.get(bytes, at));
      }
      lines += sum(sums);
    }
    for (; at < count; at++) {
      lines += bytes[at] == '\n' ? 1 : 0;
    }
    return lines;
  }

  /** One in each byte that is a newline. */
  private static long newlines(final long word) {
    final long others = word ^ NEWLINES;
    return (~(((others & ~HIGHS) + ~HIGHS) | others) & HIGHS) >>> 7;
  }

  /** The sum of the bytes of a word. */
  private static int sum(final long bytes) {
    final long pairs = (bytes & PAIRS) + ((bytes >>> Byte.SIZE) & PAIRS);
    return (int) ((pairs * (PAIRS / 0xff)) >>> 48);
  }

  /** Turns eight letters. */
  private static long turn(final long word) {
    final long small = (word | CASE) & ~HIGHS;
    final long letters = (small + FROM_A) & ~(small + BEYOND_Z) & ~word & HIGHS;
    final long second = letters & (small + FROM_N);
    final long first = letters ^ second;
    return word + 13 * (first >>> 7) - 13 * (second >>> 7);
  }
}
