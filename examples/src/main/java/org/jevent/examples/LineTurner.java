package org.jevent.examples;

import java.nio.ByteBuffer;

/**
 * What a server keeps of one connection: bytes of a line that is not complete yet, and bytes that
 * are to go out. A line is answered when its newline has come; one of more than {@link #MAX_LINE}
 * bytes is answered in pieces of that size; what is left without a newline at the end of the stream
 * is not answered, as in the book.
 */
final class LineTurner {
  static final int MAX_LINE = 16_384;

  private final ByteBuffer in = ByteBuffer.allocate(MAX_LINE);
  private final ByteBuffer out = ByteBuffer.allocate(2 * MAX_LINE);
  private long lines;

  /** Where to read into; never full after {@link #turn} as long as {@link #mayRead} was true. */
  ByteBuffer input() {
    return in;
  }

  /** The answers, ready to be read from. Call {@link #written} afterwards. */
  ByteBuffer output() {
    return out.flip();
  }

  void written() {
    out.compact();
  }

  boolean hasOutput() {
    return out.position() > 0;
  }

  /**
   * There is room for the answers to everything that can be read now; if not, the peer must read
   * first.
   */
  boolean mayRead() {
    return out.remaining() >= MAX_LINE;
  }

  /** How many newlines have been answered since the last call. */
  long takeLines() {
    final long taken = lines;
    lines = 0;
    return taken;
  }

  /** Answers the complete lines of the input. */
  void turn() {
    int end = in.position();
    while (end > 0 && in.get(end - 1) != '\n') {
      end--;
    }
    if (end == 0 && !in.hasRemaining()) {
      end = MAX_LINE;
    }
    if (end == 0) {
      return;
    }
    for (int i = 0; i < end; i++) {
      final byte letter = in.get(i);
      if (letter == '\n') {
        lines++;
      }
      out.put(Rot13.turn(letter));
    }
    in.flip().position(end);
    in.compact();
  }
}
