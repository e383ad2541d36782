package org.jevent.http.h1;

/**
 * How long the body of a message is: RFC 9112, 6. Whatever two readers could take for two lengths
 * is refused.
 */
final class FramingRules {
  private static final Refusal BOTH =
      Refusal.bad("the message has Content-Length and Transfer-Encoding");
  private static final Refusal OLD = Refusal.bad("a message of HTTP/1.0 has Transfer-Encoding");
  private static final Refusal TWICE = Refusal.bad("the message has two Content-Lengths");
  private static final Refusal NO_NUMBER = Refusal.bad("Content-Length is not a number");
  private static final Refusal CODINGS =
      Refusal.bad("Transfer-Encoding does not name chunked last and once");
  private static final Refusal OTHER_CODING =
      new Refusal(501, "Transfer-Encoding names another coding than chunked");

  private static final int MAX_DIGITS = 19;

  private final ListReader list = new ListReader();
  private boolean chunked;
  private long length;

  /** Reads the fields; returns what is wrong, or null. */
  Refusal read(final HeaderTable table, final int minorVersion) {
    chunked = false;
    length = -1;
    final int encoding = table.find(KnownName.TRANSFER_ENCODING);
    final int announced = table.find(KnownName.CONTENT_LENGTH);
    if (encoding >= 0) {
      if (announced >= 0) {
        return BOTH;
      }
      return minorVersion == 0 ? OLD : codings(table, encoding);
    }
    return announced < 0 ? null : length(table, announced);
  }

  /** Whether the body comes in chunks. */
  boolean isChunked() {
    return chunked;
  }

  /** The Content-Length, or -1. */
  long length() {
    return length;
  }

  /** Only "chunked" alone is read. What is ambiguous is refused rather than what is unknown. */
  private Refusal codings(final HeaderTable table, final int first) {
    boolean other = false;
    for (int i = first; i >= 0; i = table.next(i)) {
      list.begin(table.bytes(), table.valueFrom(i), table.valueTo(i));
      while (list.next()) {
        if (chunked || list.isEmpty() || list.is("identity")) {
          return CODINGS;
        }
        if (list.is("chunked")) {
          chunked = true;
        } else {
          other = true;
        }
      }
    }
    return other ? OTHER_CODING : null;
  }

  private Refusal length(final HeaderTable table, final int index) {
    if (table.next(index) >= 0) {
      return TWICE;
    }
    final byte[] bytes = table.bytes();
    final int from = table.valueFrom(index);
    final int to = table.valueTo(index);
    if (from == to || to - from > MAX_DIGITS) {
      return NO_NUMBER;
    }
    long number = 0;
    for (int at = from; at < to; at++) {
      if (!Chars.isDigit(bytes[at])) {
        return NO_NUMBER;
      }
      number = 10 * number + bytes[at] - '0';
    }
    if (number < 0) {
      return NO_NUMBER;
    }
    length = number;
    return null;
  }
}
