package org.jevent.http.h1;

/** Joins the lines of a value: RFC 9112, 5.2. */
final class Folding {
  private Folding() {}

  /**
   * Puts one space in place of each line end and the blanks around it, and none at either end.
   *
   * @return the end of the value, which begins where it did
   */
  static int join(final byte[] bytes, final int from, final int end) {
    int to = from;
    int at = from;
    while (at < end) {
      if (bytes[at] != Chars.CR) {
        bytes[to++] = bytes[at++];
        continue;
      }
      while (at < end
          && (bytes[at] == Chars.CR || bytes[at] == Chars.LF || Chars.isBlank(bytes[at]))) {
        at++;
      }
      while (to > from && Chars.isBlank(bytes[to - 1])) {
        to--;
      }
      if (to > from && at < end) {
        bytes[to++] = Chars.SP;
      }
    }
    assert to <= end : to;
    return to;
  }
}
