package org.jevent.buffer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.Search;
import org.jevent.internal.engine.Arguments;

/** Removes, peeks at and searches the bytes of a buffer. */
abstract class BufferReader extends BufferFrame {
  BufferReader(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  // ---- taking ----

  /**
   * Removes the first bytes; all when there are fewer. Returns how many; {@code evbuffer_drain}.
   */
  public final long drain(final long count) {
    Arguments.atLeast("count", count, 0);
    begin("drain", FRONT);
    try {
      return queue.drain(count);
    } finally {
      end();
    }
  }

  /** Removes bytes into the array, as many as there are and fit; {@code evbuffer_remove}. */
  public final int remove(final byte[] target) {
    return remove(Objects.requireNonNull(target, "target"), 0, target.length);
  }

  /** Removes at most {@code count} bytes into the array; returns how many. */
  public final int remove(final byte[] target, final int offset, final int count) {
    Objects.requireNonNull(target, "target");
    Arguments.range("offset", offset, count, target.length);
    begin("remove", FRONT);
    try {
      final int part = (int) Math.min(count, queue.length());
      queue.copyOut(0, target, offset, part);
      queue.drain(part);
      return part;
    } finally {
      end();
    }
  }

  /** Removes bytes into the buffer's remaining room; returns how many. */
  public final int remove(final ByteBuffer target) {
    Objects.requireNonNull(target, "target");
    begin("remove", FRONT);
    try {
      final int part = (int) Math.min(target.remaining(), queue.length());
      queue.copyOut(0, target, part);
      queue.drain(part);
      return part;
    } finally {
      end();
    }
  }

  /** Copies the first bytes, as many as there are and fit, and leaves them; their number. */
  public final int copyOut(final byte[] target) {
    Objects.requireNonNull(target, "target");
    begin("copyOut", 0);
    try {
      final int part = (int) Math.min(target.length, queue.length());
      queue.copyOut(0, target, 0, part);
      return part;
    } finally {
      end();
    }
  }

  /**
   * Copies bytes and leaves them; {@code evbuffer_copyout_from}.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public final void copyOut(
      final long from, final byte[] target, final int offset, final int count) {
    Objects.requireNonNull(target, "target");
    Arguments.range("offset", offset, count, target.length);
    begin("copyOut", 0);
    try {
      Arguments.range("from", from, count, queue.length());
      queue.copyOut(from, target, offset, count);
    } finally {
      end();
    }
  }

  /**
   * The byte at a position.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public final byte get(final long position) {
    begin("get", 0);
    try {
      return queue.get(Arguments.index("position", position, queue.length()));
    } finally {
      end();
    }
  }

  /**
   * A copy of all bytes; they stay.
   *
   * @throws IllegalStateException if there are more than an array can hold
   */
  public final byte[] toByteArray() {
    begin("toByteArray", 0);
    try {
      final byte[] copy = new byte[arrayLength("toByteArray", queue.length())];
      queue.copyOut(0, copy, 0, copy.length);
      return copy;
    } finally {
      end();
    }
  }

  /**
   * Makes the first bytes stand together and shows them; {@code evbuffer_pullup}. Bytes that others
   * see, too, are shown read-only.
   *
   * @param count up to {@link EventBuffer#MAX_ROOM}; below 0: all
   * @return a view, or null when there are fewer bytes
   * @throws IllegalArgumentException if that are more bytes than can stand together
   */
  public final ByteBuffer pullUp(final long count) {
    begin("pullUp", 0);
    try {
      final long bytes = count < 0 ? queue.length() : count;
      if (bytes > queue.length()) {
        return null;
      }
      return queue.pullUp((int) Arguments.within("count", bytes, 0, EventBuffer.MAX_ROOM));
    } finally {
      end();
    }
  }

  /**
   * Shows bytes where they are, without moving them; {@code evbuffer_peek}.
   *
   * @param from where to begin, up to the length
   * @param count below 0: up to the end; more than there is: what there is
   * @param views filled as far as they go; null to count only
   * @return how many views all these bytes need
   */
  public final int peek(final long from, final long count, final ByteBuffer[] views) {
    begin("peek", 0);
    try {
      Arguments.place("from", from, queue.length());
      final long rest = queue.length() - from;
      return queue.peek(from, count < 0 ? rest : Math.min(count, rest), views);
    } finally {
      end();
    }
  }

  // ---- searching ----

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
    Objects.requireNonNull(pattern, "pattern");
    begin("search", 0);
    try {
      return Search.indexOf(queue, pattern, 0, queue.length());
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
   * As {@link #readLineBytes}, into an array of the caller's: nothing is allocated.
   *
   * @return the line's length, or -1 when no line is complete
   * @throws IndexOutOfBoundsException if the line is longer than the array; nothing is removed then
   */
  public final int readLine(final Eol style, final byte[] target) {
    Objects.requireNonNull(style, "style");
    Objects.requireNonNull(target, "target");
    begin("readLine", FRONT);
    try {
      final long at = LineFinder.find(queue, style, 0);
      if (at < 0) {
        return -1;
      }
      if (at > target.length) {
        throw new IndexOutOfBoundsException(
            "a line of " + at + " bytes does not fit into target, of " + target.length + " bytes");
      }
      takeLine(style, at, target, 0);
      return (int) at;
    } finally {
      end();
    }
  }
}
