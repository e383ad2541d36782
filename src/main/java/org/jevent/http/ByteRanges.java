package org.jevent.http;

import java.util.Arrays;
import java.util.Locale;

/** The ranges of bytes that a request asks for (RFC 9110, section 14). */
final class ByteRanges {
  /** What is to be answered. */
  enum Kind {
    /** All of it: no ranges are asked for, or too many, or such as overlap, or nonsense. */
    WHOLE,

    /** The ranges: status 206. */
    PARTS,

    /** None of the ranges is there: status 416. */
    NOWHERE
  }

  /** More are answered with the whole, which costs less. */
  static final int MAX_RANGES = 8;

  private static final String UNIT = "bytes=";
  private static final ByteRanges WHOLE = new ByteRanges(Kind.WHOLE);

  private final Kind kind;
  private final long[] first = new long[MAX_RANGES];
  private final long[] last = new long[MAX_RANGES];
  private int count;

  private ByteRanges(final Kind kind) {
    this.kind = kind;
  }

  /**
   * Reads the field {@code range}.
   *
   * @param text null: there is none
   * @param size the length of the whole
   */
  static ByteRanges parse(final String text, final long size) {
    if (text == null || !text.toLowerCase(Locale.ROOT).startsWith(UNIT)) {
      return WHOLE;
    }
    final ByteRanges found = new ByteRanges(Kind.PARTS);
    int seen = 0;
    int at = UNIT.length();
    while (at <= text.length()) {
      final int comma = text.indexOf(',', at);
      final int end = comma < 0 ? text.length() : comma;
      final String range = text.substring(at, end).strip();
      at = end + 1;
      if (!range.isEmpty()) {
        if (++seen > MAX_RANGES || !found.add(range, size)) {
          return WHOLE;
        }
      }
    }
    if (seen == 0 || found.overlap()) {
      return WHOLE;
    }
    return found.count == 0 ? new ByteRanges(Kind.NOWHERE) : found;
  }

  /** Whether it is a range; one that is not there is left out. */
  private boolean add(final String range, final long size) {
    final int hyphen = range.indexOf('-');
    if (hyphen < 0 || range.length() == 1) {
      return false;
    }
    final long from = number(range, 0, hyphen);
    final long to = number(range, hyphen + 1, range.length());
    if (hyphen == 0) { // the last bytes
      if (to < 0 || (to > 0 && size == 0)) {
        return false; // nothing has no last bytes: the whole of it is answered
      }
      if (to > 0) {
        put(to >= size ? 0 : size - to, size - 1);
      }
      return true;
    }
    final boolean open = hyphen == range.length() - 1;
    if (from < 0 || (!open && (to < 0 || to < from))) {
      return false;
    }
    if (from < size) {
      put(from, open ? size - 1 : Math.min(to, size - 1));
    }
    return true;
  }

  private void put(final long from, final long to) {
    assert from >= 0 && from <= to : from + ".." + to;
    first[count] = from;
    last[count++] = to;
  }

  /** Of digits alone, else -1. What is too large for a long is its largest. */
  private static long number(final String text, final int from, final int to) {
    if (from == to) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (!UriText.isDigit(text.charAt(i))) {
        return -1;
      }
      final int digit = text.charAt(i) - '0';
      value = value > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : value * 10 + digit;
    }
    return value;
  }

  private boolean overlap() {
    final Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (one, other) -> Long.compare(first[one], first[other]));
    for (int i = 1; i < count; i++) {
      if (first[order[i]] <= last[order[i - 1]]) {
        return true;
      }
    }
    return false;
  }

  Kind kind() {
    return kind;
  }

  /** How many ranges there are. */
  int count() {
    return count;
  }

  /** The first byte of a range. */
  long first(final int index) {
    return first[index];
  }

  /** The last byte of a range. */
  long last(final int index) {
    return last[index];
  }

  /** How many bytes a range has. */
  long length(final int index) {
    return last[index] - first[index] + 1;
  }

  /** The field {@code content-range} of a range. */
  String contentRange(final int index, final long size) {
    return "bytes " + first[index] + '-' + last[index] + '/' + size;
  }
}
