package org.jevent.http.h1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Classes of bytes: tables for one byte, and marks for eight at a time. A mark is the high bit of a
 * byte of the result. The lowest byte of a word is the first one of the array.
 */
final class Chars {
  static final byte CR = '\r';
  static final byte LF = '\n';
  static final byte SP = ' ';
  static final byte HTAB = '\t';
  static final byte DEL = 0x7f;

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long LOWS = 0x7f * ONES;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Of a byte without its sign: whether it may be in a token. */
  private static final boolean[] TOKEN = new boolean[256];

  /** Of a byte without its sign: the same letter in lower case. */
  private static final byte[] LOWER = new byte[256];

  static {
    for (int i = 0; i < 256; i++) {
      LOWER[i] = (byte) (i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
      TOKEN[i] = isDigit(i) || isLetter(i) || (i < 0x80 && "!#$%&'*+-.^_`|~".indexOf(i) >= 0);
    }
  }

  private Chars() {}

  static boolean isToken(final byte value) {
    return TOKEN[value & 0xff];
  }

  static boolean isDigit(final int value) {
    return value >= '0' && value <= '9';
  }

  static boolean isLetter(final int value) {
    return (value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z');
  }

  /** Whether it is a space or a tab: what may stand around a value. */
  static boolean isBlank(final byte value) {
    return value == SP || value == HTAB;
  }

  /** Whether it is a control character that no value may have: any but HTAB. */
  static boolean isControl(final byte value) {
    return (value >= 0 && value < SP && value != HTAB) || value == DEL;
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hex(final byte value) {
    if (isDigit(value)) {
      return value - '0';
    }
    final int lower = LOWER[value & 0xff];
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  static byte lower(final byte value) {
    return LOWER[value & 0xff];
  }

  /** Whether bytes are the same as others, but for the case of ASCII's letters. */
  static boolean equalIgnoringCase(
      final byte[] bytes, final int from, final int to, final byte[] other) {
    if (to - from != other.length) {
      return false;
    }
    for (int i = 0; i < other.length; i++) {
      if (lower(bytes[from + i]) != lower(other[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether bytes are those characters, but for the case of ASCII's letters. */
  static boolean equalIgnoringCase(
      final byte[] bytes, final int from, final int to, final String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((lower(bytes[from + i]) & 0xff) != lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether both are the same, but for the case of ASCII's letters; others are not folded. */
  static boolean equalIgnoringCase(final String one, final String other) {
    if (one.length() != other.length()) {
      return false;
    }
    for (int i = 0; i < one.length(); i++) {
      if (lower(one.charAt(i)) != lower(other.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(final char value) {
    return value >= 'A' && value <= 'Z' ? value + ('a' - 'A') : value;
  }

  /** Whether bytes are exactly those characters. */
  static boolean equal(final byte[] bytes, final int from, final int to, final String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((bytes[from + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  // ---- eight at a time ----

  /** The eight bytes from there on. */
  static long word(final byte[] bytes, final int at) {
    return (long) WORDS.get(bytes, at);
  }

  /** The place of the first mark among its bytes. */
  static int place(final long marks) {
    assert marks != 0;
    return Long.numberOfTrailingZeros(marks) >>> 3;
  }

  /** Marks the bytes that end a value or have to be looked at: below 0x20, and 0x7f. */
  static long controls(final long word) {
    final long low = word & LOWS;
    final long atLeastSpace = (low + 0x60 * ONES) | word;
    final long notDel = ((low ^ LOWS) + LOWS) | word;
    return ~(atLeastSpace & notDel) & HIGHS;
  }

  /**
   * Marks the bytes of a target that end it or have to be looked at: below "/", from "<" to "?",
   * "\", 0x7f and above. Letters, digits and "/" are among the others.
   */
  static long notPlain(final long word) {
    final long low = word & LOWS;
    final long atLeastSlash = low + 0x51 * ONES;
    final long notDel = (low ^ LOWS) + LOWS;
    final long notBackslash = (low ^ 0x5c * ONES) + LOWS;
    final long notAngle = ((low ^ 0x3c * ONES) & 0x7c * ONES) + LOWS;
    return (~(atLeastSlash & notDel & notBackslash & notAngle) | word) & HIGHS;
  }

  /** Where the first byte is that ends a value or has to be looked at, or {@code stop}. */
  static int findControl(final byte[] bytes, final int from, final int stop) {
    int at = from;
    for (; at <= stop - Long.BYTES; at += Long.BYTES) {
      final long marks = controls(word(bytes, at));
      if (marks != 0) {
        return at + place(marks);
      }
    }
    while (at < stop && !(bytes[at] >= 0 && bytes[at] < SP) && bytes[at] != DEL) {
      at++;
    }
    return at;
  }

  /** Where the first byte of a target is that has to be looked at, or {@code stop}. */
  static int findNotPlain(final byte[] bytes, final int from, final int stop) {
    int at = from;
    for (; at <= stop - Long.BYTES; at += Long.BYTES) {
      final long marks = notPlain(word(bytes, at));
      if (marks != 0) {
        return at + place(marks);
      }
    }
    while (at < stop && isPlain(bytes[at])) {
      at++;
    }
    return at;
  }

  /** The same for one byte. */
  static boolean isPlain(final byte value) {
    return value >= '/' && value != DEL && value != '\\' && (value < '<' || value > '?');
  }
}
