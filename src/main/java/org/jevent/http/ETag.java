package org.jevent.http;

/** Entity tags (RFC 9110, section 8.8.3): quoted, and weak ones have {@code W/} before them. */
final class ETag {
  private static final String WEAK = "W/";

  private ETag() {}

  /**
   * The strong one of a file: its length and its time to the nanosecond.
   *
   * @param zipped whether it is the zipped form of another file, which differs from that
   */
  static String of(
      final long length, final long epochSecond, final int nanos, final boolean zipped) {
    return '"'
        + Long.toHexString(length)
        + '-'
        + Long.toHexString(epochSecond)
        + '.'
        + Integer.toHexString(nanos)
        + (zipped ? "-gz" : "")
        + '"';
  }

  /** Whether it is one, of visible characters without quotes between two of them. */
  static boolean isOne(final String text) {
    final int from = text.startsWith(WEAK) ? WEAK.length() : 0;
    return text.length() >= from + 2
        && text.charAt(from) == '"'
        && end(text, from) == text.length();
  }

  /** The place behind the tag whose quote is at {@code from}, or -1. */
  private static int end(final String text, final int from) {
    for (int i = from + 1; i < text.length(); i++) {
      final char letter = text.charAt(i);
      if (letter == '"') {
        return i + 1;
      }
      if (letter <= ' ' || letter == 0x7f) {
        return -1;
      }
    }
    return -1;
  }

  static boolean isWeak(final String tag) {
    return tag.startsWith(WEAK);
  }

  /**
   * Whether a list has the tag. What is malformed ends the list.
   *
   * @param list tags with commas between them, or {@code *}, which stands for all
   * @param tag null: there is none, and so no list has it
   * @param weakly compares without {@code W/}; else no weak tag is equal to any
   */
  static boolean isIn(final String list, final String tag, final boolean weakly) {
    if (tag == null) {
      return false;
    }
    if (list.strip().equals("*")) {
      return true;
    }
    final String wanted = isWeak(tag) ? tag.substring(WEAK.length()) : tag;
    int at = 0;
    while (true) {
      while (at < list.length() && " \t,".indexOf(list.charAt(at)) >= 0) {
        at++;
      }
      final boolean weak = list.startsWith(WEAK, at);
      final int from = weak ? at + WEAK.length() : at;
      final int end = from < list.length() && list.charAt(from) == '"' ? end(list, from) : -1;
      if (end < 0) {
        return false;
      }
      final boolean same = list.regionMatches(from, wanted, 0, wanted.length());
      if (same && end - from == wanted.length() && (weakly || (!weak && !isWeak(tag)))) {
        return true;
      }
      at = end;
    }
  }
}
