package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jevent.buffer.FileSegment;

/** Several ranges of a file as one body, {@code multipart/byteranges} (RFC 9110, section 14.6). */
final class MultipartRanges {
  private static final String END = "\r\n";

  private final ByteRanges ranges;
  private final byte[][] heads;
  private final byte[] tail;
  private final String boundary;

  /**
   * @param type of the file
   * @param random chooses a boundary that the file does not have
   */
  MultipartRanges(final ByteRanges ranges, final long size, final String type, final long random) {
    this.ranges = ranges;
    boundary = String.format(Locale.ROOT, "jevent-%016x", random);
    heads = new byte[ranges.count()][];
    for (int i = 0; i < heads.length; i++) {
      heads[i] =
          ascii(
              (i == 0 ? "--" : END + "--")
                  + boundary
                  + END
                  + "Content-Type: "
                  + type
                  + END
                  + "Content-Range: "
                  + ranges.contentRange(i, size)
                  + END
                  + END);
    }
    tail = ascii(END + "--" + boundary + "--" + END);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** What the field {@code content-type} says. */
  String type() {
    return "multipart/byteranges; boundary=" + boundary;
  }

  /** The bytes of the whole body. */
  long length() {
    long sum = tail.length;
    for (int i = 0; i < heads.length; i++) {
      sum += heads[i].length + ranges.length(i);
    }
    return sum;
  }

  /** Answers with it; the head is written here. */
  void answer(final HttpExchange exchange, final FileSegment file) {
    exchange.length(length()).start(206);
    for (int i = 0; i < heads.length; i++) {
      exchange.write(heads[i]);
      exchange.write(file, ranges.first(i), ranges.length(i));
    }
    exchange.write(tail);
    exchange.end();
  }
}
