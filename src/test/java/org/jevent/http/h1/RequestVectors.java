package org.jevent.http.h1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Requests, and what has to become of each: the table of what is accepted and refused, with the
 * variants of a row made by its rule.
 */
final class RequestVectors {
  /** Behind each request comes this one, on the same connection. */
  static final String NEXT = "GET /next HTTP/1.1\r\nHost: n\r\n\r\n";

  static final String NEXT_LINE = "GET /next";

  /** What has to become of some bytes: lines as those of {@link Served}. */
  record Vector(String row, String bytes, List<String> expected) {
    @Override
    public String toString() {
      return row + ": " + readable(bytes);
    }
  }

  private RequestVectors() {}

  static List<Vector> all() {
    final List<Vector> all = new ArrayList<>();
    all.addAll(new FramingVectors().vectors());
    all.addAll(new FieldVectors().vectors());
    all.addAll(new LineVectors().vectors());
    all.addAll(new TargetVectors().vectors());
    return all;
  }

  private static String readable(final String bytes) {
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(bytes.length(), 160); i++) {
      final char c = bytes.charAt(i);
      text.append(
          c < ' ' || c > '~'
              ? String.format(Locale.ROOT, "\\x%02x", (int) c)
              : Character.toString(c));
    }
    return text.toString();
  }
}
