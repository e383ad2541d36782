package org.jevent.buffer;

import java.util.Arrays;

/** What a buffer should hold, as plainly as possible: one array. */
final class BufferModel {
  byte[] bytes = {};

  void add(final byte[] more) {
    final byte[] sum = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, sum, bytes.length, more.length);
    bytes = sum;
  }

  void prepend(final byte[] more) {
    final byte[] sum = Arrays.copyOf(more, bytes.length + more.length);
    System.arraycopy(bytes, 0, sum, more.length, bytes.length);
    bytes = sum;
  }

  byte[] take(final long max) {
    final int count = (int) Math.min(max, bytes.length);
    final byte[] taken = Arrays.copyOf(bytes, count);
    bytes = Arrays.copyOfRange(bytes, count, bytes.length);
    return taken;
  }

  byte[] range(final int from, final int count) {
    return Arrays.copyOfRange(bytes, from, from + count);
  }

  int search(final byte[] pattern, final int from, final int to) {
    for (int at = from; at + pattern.length <= to; at++) {
      if (Arrays.equals(pattern, range(at, pattern.length))) {
        return at;
      }
    }
    return -1;
  }

  /** Where a line's ending begins, and behind it; null when no line is complete. */
  int[] eol(final Eol style, final int from) {
    for (int at = from; at < bytes.length; at++) {
      final int length = eolLength(style, at);
      if (length > 0) {
        return new int[] {at, at + length};
      }
    }
    return null;
  }

  private int eolLength(final Eol style, final int at) {
    final byte here = bytes[at];
    final boolean feedNext = at + 1 < bytes.length && bytes[at + 1] == '\n';
    return switch (style) {
      case LF -> here == '\n' ? 1 : 0;
      case NUL -> here == 0 ? 1 : 0;
      case CRLF -> here == '\n' ? 1 : here == '\r' && feedNext ? 2 : 0;
      case CRLF_STRICT -> here == '\r' && feedNext ? 2 : 0;
      case ANY -> {
        int end = at;
        while (end < bytes.length && (bytes[end] == '\r' || bytes[end] == '\n')) {
          end++;
        }
        yield end - at;
      }
    };
  }
}
