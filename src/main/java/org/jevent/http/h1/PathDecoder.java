package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;

/**
 * Decodes a path: RFC 3986, 2.1 and 5.2.4. Escapes become bytes, but those of "/" and "\" stay as
 * they are, so that none becomes a delimiter. Segments of dots are removed, also when escapes hid
 * them. The bytes are text in UTF-8; what is not is replaced by U+FFFD.
 */
final class PathDecoder {
  private static final byte[] EMPTY = new byte[0];

  static final Refusal ESCAPE =
      Refusal.bad("the path has a percent sign without two hexadecimal digits");
  static final Refusal NUL = Refusal.bad("the path has an escaped NUL");
  static final Refusal ABOVE_ROOT = Refusal.bad("the path leads above the root");

  private byte[] decoded = EMPTY;
  private int length;
  private int segment;

  /**
   * Decodes a path, which begins with "/".
   *
   * @return what is wrong, or null
   */
  Refusal decode(final byte[] bytes, final int from, final int to) {
    assert bytes[from] == '/' : from;
    if (decoded.length < to - from) {
      decoded = new byte[to - from];
    }
    decoded[0] = '/';
    length = 1;
    segment = 1;
    int at = from + 1;
    while (at < to) {
      if (bytes[at] == '%') {
        final Refusal wrong = escape(bytes, at, to);
        if (wrong != null) {
          return wrong;
        }
        at += 3;
      } else if (bytes[at] == '/') {
        if (!endSegment(false)) {
          return ABOVE_ROOT;
        }
        at++;
      } else {
        decoded[length++] = bytes[at++];
      }
    }
    return endSegment(true) ? null : ABOVE_ROOT;
  }

  private Refusal escape(final byte[] bytes, final int at, final int to) {
    final int high = to - at < 3 ? -1 : Chars.hex(bytes[at + 1]);
    final int low = to - at < 3 ? -1 : Chars.hex(bytes[at + 2]);
    if (high < 0 || low < 0) {
      return ESCAPE;
    }
    final int value = (high << 4) | low;
    if (value == 0) {
      return NUL;
    }
    if (value == '/' || value == '\\') {
      System.arraycopy(bytes, at, decoded, length, 3);
      length += 3;
    } else {
      decoded[length++] = (byte) value;
    }
    return null;
  }

  /** A segment has ended, by "/" or with the path; false: it leads above the root. */
  private boolean endSegment(final boolean last) {
    final int count = length - segment;
    final boolean dots = count <= 2 && count > 0 && isDot(segment) && isDot(length - 1);
    if (!dots) {
      if (!last) {
        decoded[length++] = '/';
      }
      segment = length;
      return true;
    }
    length = segment;
    if (count == 1) {
      return true;
    }
    if (segment == 1) {
      return false;
    }
    do {
      segment--;
    } while (decoded[segment - 1] != '/');
    length = segment;
    return true;
  }

  private boolean isDot(final int at) {
    return decoded[at] == '.';
  }

  /** The path that was decoded last. */
  String text() {
    return new String(decoded, 0, length, StandardCharsets.UTF_8);
  }

  /** Forgets it. */
  void idle() {
    decoded = EMPTY;
    length = 0;
  }
}
