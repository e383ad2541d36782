package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;

/** Reads the version of a message: "HTTP/", a digit, a dot and a digit. */
final class Version {
  static final Refusal NONE = Refusal.bad("the first line does not name a version of HTTP");
  static final Refusal OTHER = new Refusal(505, "the version is not that of HTTP/1");

  private static final String PREFIX = "HTTP/";
  private static final int MAJOR = 5;
  private static final int DOT = 6;
  private static final int MINOR = 7;
  private static final int LENGTH = 8;
  private static final long HTTP_1_1 =
      Chars.word("HTTP/1.1".getBytes(StandardCharsets.ISO_8859_1), 0);

  private int count;
  private int major;
  private int minor;

  void begin() {
    count = 0;
  }

  /**
   * Reads on.
   *
   * @return the place behind the last byte that fits, which is before {@code stop} if one does not
   *     or if it is whole
   */
  int read(final byte[] bytes, final int from, final int stop) {
    if (count == 0 && stop - from >= LENGTH && Chars.word(bytes, from) == HTTP_1_1) {
      major = 1;
      minor = 1;
      count = LENGTH;
      return from + LENGTH;
    }
    int at = from;
    while (at < stop && count < LENGTH && take(bytes[at])) {
      at++;
    }
    return at;
  }

  private boolean take(final byte value) {
    final boolean fits =
        switch (count) {
          case MAJOR, MINOR -> Chars.isDigit(value);
          case DOT -> value == '.';
          default -> value == PREFIX.charAt(count);
        };
    if (!fits) {
      return false;
    }
    if (count == MAJOR) {
      major = value - '0';
    } else if (count == MINOR) {
      minor = value - '0';
    }
    count++;
    return true;
  }

  boolean isWhole() {
    return count == LENGTH;
  }

  boolean isHttp1() {
    assert isWhole();
    return major == 1;
  }

  /** 0, or 1 for 1.1 to 1.9: what these add may be ignored. */
  int minor() {
    return Math.min(minor, 1);
  }
}
