package org.jevent.http.h1;

/**
 * The elements of a list that commas separate, without the blanks around them: RFC 9110, 5.6.1. An
 * element that is empty is one, too: who reads decides what it means. Quotes have no meaning here,
 * as the lists that matter have tokens.
 */
final class ListReader {
  private byte[] bytes;
  private int at;
  private int end;
  private int from;
  private int to;

  /** Begins a list; one without bytes has one element, which is empty. */
  void begin(final byte[] list, final int first, final int behind) {
    bytes = list;
    at = first;
    end = behind;
  }

  /** Goes to the next element; false: there is none. */
  boolean next() {
    if (at > end) {
      return false;
    }
    int comma = at;
    while (comma < end && bytes[comma] != ',') {
      comma++;
    }
    from = at;
    to = comma;
    while (from < to && Chars.isBlank(bytes[from])) {
      from++;
    }
    while (to > from && Chars.isBlank(bytes[to - 1])) {
      to--;
    }
    at = comma + 1;
    return true;
  }

  /** Whether there is none but blanks. */
  boolean isEmpty() {
    return from == to;
  }

  /** Whether the element is that text, in any case. */
  boolean is(final String ascii) {
    return Chars.equalIgnoringCase(bytes, from, to, ascii);
  }
}
