package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The letters of RFC 3986, and its percent signs. */
final class UriText {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final int ASCII = 0x80;

  private static final boolean[] UNRESERVED = letters("-._~");
  private static final boolean[] SUB_DELIMITED = letters("-._~!$&'()*+,;=");
  private static final boolean[] USER_INFO = letters("-._~!$&'()*+,;=:");
  private static final boolean[] PATH = letters("-._~!$&'()*+,;=:@/");
  private static final boolean[] QUERY = letters("-._~!$&'()*+,;=:@/?");

  private UriText() {}

  private static boolean[] letters(final String others) {
    final boolean[] allowed = new boolean[ASCII];
    for (char letter = 0; letter < ASCII; letter++) {
      allowed[letter] = isAlpha(letter) || isDigit(letter) || others.indexOf(letter) >= 0;
    }
    return allowed;
  }

  static boolean isAlpha(final char letter) {
    final int lower = letter | 0x20;
    return letter < ASCII && lower >= 'a' && lower <= 'z';
  }

  static boolean isDigit(final char letter) {
    return letter >= '0' && letter <= '9';
  }

  /** The value of a digit of either case, or -1. */
  static int hex(final char letter) {
    if (isDigit(letter)) {
      return letter - '0';
    }
    final int lower = letter | 0x20;
    return letter < ASCII && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  /** A letter, then letters, digits and {@code + - .} */
  static boolean isScheme(final String text) {
    if (text.isEmpty() || !isAlpha(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      final char letter = text.charAt(i);
      if (!isAlpha(letter) && !isDigit(letter) && "+-.".indexOf(letter) < 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isUserInfo(final String text) {
    return isOf(USER_INFO, text, true);
  }

  /** A registered name or an IPv4 address; it may be empty. */
  static boolean isName(final String text) {
    return isOf(SUB_DELIMITED, text, true);
  }

  /** What brackets may hold in a version later than 6. */
  static boolean isFuture(final String text) {
    return !text.isEmpty() && isOf(USER_INFO, text, false);
  }

  static boolean isPath(final String text) {
    return isOf(PATH, text, true);
  }

  /** Of a query or a fragment. */
  static boolean isQuery(final String text) {
    return isOf(QUERY, text, true);
  }

  private static boolean isOf(final boolean[] allowed, final String text, final boolean escapes) {
    for (int i = 0; i < text.length(); i++) {
      final char letter = text.charAt(i);
      if (letter == '%' && escapes) {
        if (escaped(text, i) < 0) {
          return false;
        }
        i += 2;
      } else if (letter >= ASCII || !allowed[letter]) {
        return false;
      }
    }
    return true;
  }

  /** The byte that a percent sign and two digits mean, or -1. */
  private static int escaped(final String text, final int at) {
    if (at + 2 >= text.length()) {
      return -1;
    }
    final int high = hex(text.charAt(at + 1));
    final int low = hex(text.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** Bytes that are not unreserved become a percent sign and two digits. */
  static String encode(final byte[] bytes, final boolean form) {
    final StringBuilder text = new StringBuilder(bytes.length + 16);
    for (final byte each : bytes) {
      if (each >= 0 && UNRESERVED[each]) {
        text.append((char) each);
      } else if (form && each == ' ') {
        text.append('+');
      } else {
        text.append('%').append(HEX[each >> 4 & 0xf]).append(HEX[each & 0xf]);
      }
    }
    return text.toString();
  }

  /** The bytes of a text; letters beyond ASCII are those of UTF-8. */
  static byte[] decode(final String text, final boolean form) {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte each = bytes[i];
      if (each == '%' && i + 2 < bytes.length) {
        final int high = hex((char) (bytes[i + 1] & 0xff));
        final int low = hex((char) (bytes[i + 2] & 0xff));
        if (high >= 0 && low >= 0) {
          each = (byte) (high << 4 | low);
          i += 2;
        }
      } else if (form && each == '+') {
        each = ' ';
      }
      bytes[count++] = each;
    }
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  /** Takes the segments {@code .} and {@code ..} out of a path; RFC 3986, section 5.2.4. */
  static String withoutDots(final String path) {
    if (!path.startsWith(".") && !path.contains("/.")) {
      return path;
    }
    final StringBuilder out = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      final int from = path.charAt(at) == '/' ? at + 1 : at;
      final int slash = path.indexOf('/', from);
      final int end = slash < 0 ? path.length() : slash;
      final boolean up = end - from == 2 && path.startsWith("..", from);
      if (!up && !(end - from == 1 && path.charAt(from) == '.')) {
        out.append(path, at, end);
        at = end;
      } else if (from == at) { // a dot without a slash before it: the slash behind it goes as well
        at = Math.min(end + 1, path.length());
      } else {
        if (up) {
          out.setLength(Math.max(0, out.lastIndexOf("/")));
        }
        if (end == path.length()) {
          out.append('/');
        }
        at = end;
      }
    }
    return out.toString();
  }
}
