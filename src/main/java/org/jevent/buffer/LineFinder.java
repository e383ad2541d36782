package org.jevent.buffer;

import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Needle;
import org.jevent.internal.bytes.Search;

/** Finds line endings. */
final class LineFinder {
  private static final byte CR = '\r';
  private static final byte LF = '\n';
  private static final long MAX_ENDING = 2;
  private static final Needle CR_LF = Needle.of(new byte[] {CR, LF});
  private static final Needle EITHER = Needle.either(CR, LF);

  private LineFinder() {}

  /** Where the first ending from {@code from} on begins, or -1. */
  static long find(final ByteQueue queue, final Eol style, final long from) {
    return find(queue, style, from, queue.length());
  }

  /** The same of endings that end before {@code to}; one of ANY may go on behind it. */
  private static long find(final ByteQueue queue, final Eol style, final long from, final long to) {
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

  /**
   * Where the first line ends, or -1 when it may still end within the limit.
   *
   * @param max how many bytes it may have, without its ending
   * @throws LineTooLongException if it has more, ended or not
   */
  static long findWithin(final ByteQueue queue, final Eol style, final int max) {
    final long length = queue.length();
    final long at = find(queue, style, 0, Math.min(length, max + MAX_ENDING));
    if (at > max || (at < 0 && length > max && !mayEndAt(queue, style, max))) {
      throw new LineTooLongException(max);
    }
    return at;
  }

  /** The last byte may be the first one of an ending there. */
  private static boolean mayEndAt(final ByteQueue queue, final Eol style, final long at) {
    return queue.length() == at + 1
        && (style == Eol.CRLF || style == Eol.CRLF_STRICT)
        && queue.get(at) == CR;
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
