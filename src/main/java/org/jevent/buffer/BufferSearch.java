package org.jevent.buffer;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.Search;
import org.jevent.internal.engine.Arguments;

/** Searches a buffer for bytes, patterns and lines. */
abstract class BufferSearch extends BufferReader {
  BufferSearch(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  /** Where the byte first occurs, or -1. */
  public final long indexOf(final byte wanted) {
    return indexOf(wanted, 0);
  }

  /** Where the byte first occurs from {@code from} on, or -1. */
  public final long indexOf(final byte wanted, final long from) {
    begin("indexOf", 0);
    try {
      Arguments.place("from", from, queue.length());
      return Search.indexOf(queue, wanted, from, queue.length());
    } finally {
      end();
    }
  }

  /** Where the byte last occurs, or -1. */
  public final long lastIndexOf(final byte wanted) {
    begin("lastIndexOf", 0);
    try {
      return Search.lastIndexOf(queue, wanted);
    } finally {
      end();
    }
  }

  /** Where the pattern first occurs, or -1; {@code evbuffer_search}. */
  public final long search(final byte[] pattern) {
    return search(pattern, 0);
  }

  /**
   * Where the pattern first occurs from {@code from} on, or -1. Patterns of up to 64 bytes that
   * were sought lately are found without allocating.
   *
   * @param from up to the length
   */
  public final long search(final byte[] pattern, final long from) {
    Objects.requireNonNull(pattern, "pattern");
    begin("search", 0);
    try {
      Arguments.place("from", from, queue.length());
      return Search.indexOf(queue, pattern, from, queue.length());
    } finally {
      end();
    }
  }

  /**
   * Where the pattern first occurs within {@code from..to} (exclusive), or -1; {@code
   * evbuffer_search_range}.
   */
  public final long search(final byte[] pattern, final long from, final long to) {
    Objects.requireNonNull(pattern, "pattern");
    begin("search", 0);
    try {
      Arguments.fromTo(from, to, queue.length());
      return Search.indexOf(queue, pattern, from, to);
    } finally {
      end();
    }
  }

  /** Whether these are the first bytes. */
  public final boolean startsWith(final byte[] prefix) {
    return startsWith(prefix, 0);
  }

  /**
   * Whether these bytes are there, from {@code from} on. Allocates nothing.
   *
   * @param from up to the length; if fewer bytes follow than the prefix has, the result is false
   */
  public final boolean startsWith(final byte[] prefix, final long from) {
    Objects.requireNonNull(prefix, "prefix");
    begin("startsWith", 0);
    try {
      Arguments.place("from", from, queue.length());
      return Search.startsWith(queue, prefix, from);
    } finally {
      end();
    }
  }

  /** The first line ending from {@code from} on, or null; {@code evbuffer_search_eol}. */
  public final EolMatch searchEol(final Eol style, final long from) {
    Objects.requireNonNull(style, "style");
    begin("searchEol", 0);
    try {
      Arguments.place("from", from, queue.length());
      final long at = LineFinder.find(queue, style, from);
      return at < 0 ? null : new EolMatch(at, LineFinder.length(queue, style, at));
    } finally {
      end();
    }
  }

  // ---- lines ----

  /**
   * Removes a line and gives it without its ending; {@code evbuffer_readln}. A line may be as long
   * as the peer likes, unless there is a limit: {@link #readLineBytes(Eol, int)}.
   *
   * @return null, with nothing removed, when no line is complete
   */
  public final byte[] readLineBytes(final Eol style) {
    Objects.requireNonNull(style, "style");
    begin("readLine", FRONT);
    try {
      final long at = LineFinder.find(queue, style, 0);
      if (at < 0) {
        return null;
      }
      final byte[] line = new byte[arrayLength("readLine", at)];
      takeLine(style, at, line, 0);
      return line;
    } finally {
      end();
    }
  }

  /**
   * As {@link #readLineBytes(Eol)}, of a line that is no longer than the limit, so that a peer that
   * never ends its line can be refused. No more of the buffer is looked at than the limit needs.
   *
   * @param maxLength how many bytes the line may have, without its ending; at least 0
   * @return null, with nothing removed, when no line is complete and what there is of it is within
   *     the limit
   * @throws LineTooLongException if the line has more bytes, even if its ending has not come yet;
   *     nothing is removed then
   * @throws IllegalArgumentException if the limit is negative
   */
  public final byte[] readLineBytes(final Eol style, final int maxLength) {
    Objects.requireNonNull(style, "style");
    Arguments.atLeast("maxLength", maxLength, 0);
    begin("readLine", FRONT);
    try {
      final long at = LineFinder.findWithin(queue, style, maxLength);
      if (at < 0) {
        return null;
      }
      final byte[] line = new byte[(int) at];
      takeLine(style, at, line, 0);
      return line;
    } finally {
      end();
    }
  }

  private void takeLine(final Eol style, final long at, final byte[] line, final int offset) {
    final int ending = LineFinder.length(queue, style, at);
    queue.copyOut(0, line, offset, (int) at);
    queue.drain(at + ending);
  }

  /** As {@link #readLineBytes}, as text in UTF-8. */
  public final String readLine(final Eol style) {
    return text(readLineBytes(style));
  }

  /**
   * As {@link #readLineBytes(Eol, int)}, as text in UTF-8.
   *
   * @param maxLength in bytes, without the line's ending; at least 0
   * @throws LineTooLongException if the line has more bytes, even if its ending has not come yet;
   *     nothing is removed then
   * @throws IllegalArgumentException if the limit is negative
   */
  public final String readLine(final Eol style, final int maxLength) {
    return text(readLineBytes(style, maxLength));
  }

  private static String text(final byte[] line) {
    return line == null ? null : new String(line, StandardCharsets.UTF_8);
  }

  /**
   * As {@link #readLineBytes(Eol, int)}, into an array of the caller's, whose length is the limit:
   * nothing is allocated.
   *
   * @return the line's length, or -1 when no line is complete and what there is of it fits
   * @throws LineTooLongException if the line is longer than the array, even if its ending has not
   *     come yet; nothing is removed then
   */
  public final int readLine(final Eol style, final byte[] target) {
    Objects.requireNonNull(style, "style");
    Objects.requireNonNull(target, "target");
    begin("readLine", FRONT);
    try {
      final long at = LineFinder.findWithin(queue, style, target.length);
      if (at < 0) {
        return -1;
      }
      takeLine(style, at, target, 0);
      return (int) at;
    } finally {
      end();
    }
  }
}
