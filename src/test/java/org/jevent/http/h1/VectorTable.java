package org.jevent.http.h1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Collects vectors of a table, row by row; what is one rule in several tables. */
abstract class VectorTable {
  static final String HEAD = "GET / HTTP/1.1\r\nHost: a\r\n";

  static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";

  static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  private final List<RequestVectors.Vector> all = new ArrayList<>();

  private String row = "";

  /** The vectors of a table. */
  final List<RequestVectors.Vector> vectors() {
    fill();
    return all;
  }

  /** Adds all rows. */
  abstract void fill();

  void row(final String name) {
    row = name;
  }

  void add(final String bytes, final String... expected) {
    all.add(new RequestVectors.Vector(row, bytes, List.of(expected)));
  }

  /** It is refused, and nothing behind it is read. */
  void refuse(final int status, final String bytes) {
    add(bytes + RequestVectors.NEXT, "refused " + status);
  }

  /** It is accepted, and so is what is behind it. */
  void accept(final String line, final String bytes) {
    add(bytes + RequestVectors.NEXT, line, RequestVectors.NEXT_LINE, "waits");
  }

  void acceptLast(final String line, final String bytes) {
    add(bytes + RequestVectors.NEXT, line, "closed");
  }

  void either(final boolean accepted, final String line, final String bytes) {
    if (accepted) {
      accept(line, bytes);
    } else {
      refuse(400, bytes);
    }
  }

  /** Digits of a size are left out: they make another one. */
  void either(
      final boolean accepted, final String line, final String bytes, final boolean another) {
    if (accepted || !another) {
      either(accepted, line, bytes);
    }
  }

  static void bytes(final IntConsumer each) {
    for (int i = 0; i < 256; i++) {
      each.accept(i);
    }
  }

  static String chars(final int... values) {
    final StringBuilder text = new StringBuilder();
    for (final int value : values) {
      text.append((char) value);
    }
    return text.toString();
  }

  static String lower(final int c) {
    return chars(c >= 'A' && c <= 'Z' ? c + 32 : c);
  }

  static boolean isToken(final int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > 0 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  static boolean isText(final int c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
  }

  static boolean isHex(final int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
