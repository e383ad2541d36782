package org.jevent.buffer;

import org.jevent.segment.ByteQueue;
import org.jevent.segment.Needle;
import org.jevent.segment.Search;

/** Finds line endings. */
final class LineFinder {
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final Needle CR_LF = Needle.of(new byte[] {CR, LF});
  private static final Needle EITHER = Needle.either(CR, LF);

  private LineFinder() {}

  /** Where the first ending from {@code from} on begins, or -1. */
  static long find(final ByteQueue queue, final Eol style, final long from) {
    final long to = queue.length();
    return switch (style) {
      case ANY -> Search.indexOf(queue, EITHER, from, to);
      case CRLF -> {
        final long feed = Search.indexOf(queue, LF, from, to);
        yield feed > from && queue.get(feed - 1) == CR ? feed - 1 : feed;
      }
      case CRLF_STRICT -> Search.indexOf(queue, CR_LF, from, to);
      case LF -> Search.indexOf(queue, LF, from, to);
      case NUL -> Search.indexOf(queue, (byte) 0, from, to);
    };
  }

  /** How long the ending is that was found there. */
  static int length(final ByteQueue queue, final Eol style, final long at) {
    return switch (style) {
      case ANY -> (int) (Search.endOfRun(queue, CR, LF, at) - at);
      case CRLF -> queue.get(at) == CR ? 2 : 1;
      case CRLF_STRICT -> 2;
      case LF, NUL -> 1;
    };
  }
}
