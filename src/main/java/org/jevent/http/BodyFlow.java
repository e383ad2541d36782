package org.jevent.http;

import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.Inflation.CodingException;
import org.jevent.http.h1.BodyReader;
import org.jevent.http.h1.HeaderTable;
import org.jevent.http.h1.Refusal;

/** Moves the body of one response from the input to where it is wanted, and undoes its coding. */
final class BodyFlow {
  /** Where the bytes go. */
  interface Sink {
    /** They may not go there now. */
    boolean isPaused();

    /** They are not wanted any more. */
    boolean isOver();

    /**
     * Bytes of the body.
     *
     * @param bytes what is left of them is dropped
     */
    void bytes(EventBuffer bytes);

    /** The body is refused. */
    void refused(Kind kind, String why, Exception cause);
  }

  /** What is to happen next. */
  enum Step {
    /** More input is needed, or the sink has to go on. */
    WAIT,

    /** There is more to do, but others should have a turn. */
    YIELD,

    /** The body has ended. */
    COMPLETE,

    /** The sink does not want it any more. */
    OVER
  }

  private static final long PIECE = 64 * 1024;
  private static final int MAX_PIECES = 16;

  private final BodyReader reader;
  private final Sink sink;
  private final Inflation inflation;
  private final long limit;

  /** Null: the body goes to {@link #piece}, piece by piece. */
  private final EventBuffer whole;

  private final EventBuffer piece;
  private final EventBuffer coded;
  private boolean ended;
  private boolean moving;
  private boolean closed;

  /**
   * @param whole takes all bytes; null: the sink gets them piece by piece
   * @param inflation undoes the coding, or null; it is closed with this
   * @param limit bytes, after the coding is undone
   */
  BodyFlow(
      final ClientContext context,
      final BodyReader reader,
      final Sink sink,
      final EventBuffer whole,
      final Inflation inflation,
      final long limit) {
    this.reader = reader;
    this.sink = sink;
    this.whole = whole;
    this.inflation = inflation;
    this.limit = limit;
    piece = whole == null ? new EventBuffer(context.base) : null;
    coded = inflation == null ? null : new EventBuffer(context.base);
    reader.limit(inflation == null ? limit : codedLimit(limit));
  }

  /** What may come for a limit: small or random bytes become longer by their coding. */
  private static long codedLimit(final long limit) {
    final long coded = limit + limit / 1000 + PIECE;
    return coded < 0 ? Long.MAX_VALUE : coded;
  }

  /** Moves what there is. */
  Step move(final EventBuffer input) {
    moving = true;
    try {
      for (int pieces = 0; ; pieces++) {
        if (isOver()) {
          return Step.OVER;
        }
        if (sink.isPaused()) {
          return Step.WAIT;
        }
        if (pieces == MAX_PIECES) {
          return Step.YIELD;
        }
        if (inflation != null && inflate()) {
          continue;
        }
        if (ended) {
          return finish();
        }
        if (!read(input)) {
          return isOver() ? Step.OVER : Step.WAIT;
        }
      }
    } finally {
      moving = false;
      if (closed) {
        release();
      }
    }
  }

  private boolean isOver() {
    return closed || sink.isOver();
  }

  private EventBuffer target() {
    return whole == null ? piece : whole;
  }

  /** Takes bytes of the input; false: more have to come first, or the body is refused. */
  private boolean read(final EventBuffer input) {
    final EventBuffer into = inflation == null ? target() : coded;
    final long before = into.length();
    final BodyReader.Result result = reader.read(input, into, PIECE);
    final long moved = into.length() - before;
    switch (result) {
      case REFUSED -> {
        refuse();
        return false;
      }
      case COMPLETE -> ended = true;
      case INCOMPLETE -> {
        if (moved == 0) {
          return false;
        }
      }
      default -> throw new AssertionError(result);
    }
    if (moved > 0 && inflation == null) {
      deliver();
    }
    return true;
  }

  private void refuse() {
    final Refusal why = reader.refusal();
    sink.refused(why.tooLarge() ? Kind.TOO_LARGE : Kind.MALFORMED, why.reason(), null);
  }

  private void deliver() {
    if (whole == null) {
      sink.bytes(piece);
      piece.drain(piece.length());
    }
  }

  /** Gives the next bytes; false: there are none without more input. */
  private boolean inflate() {
    try {
      if (inflation.step(coded, target()) == 0) {
        return false;
      }
    } catch (final CodingException e) {
      sink.refused(e.isBomb() ? Kind.TOO_LARGE : Kind.CODING, e.getMessage(), e);
      return true;
    }
    if (inflation.produced() > limit) {
      sink.refused(
          Kind.TOO_LARGE, "the body has more than " + limit + " bytes when it is inflated", null);
    } else {
      deliver();
    }
    return true;
  }

  private Step finish() {
    if (inflation != null) {
      try {
        inflation.end();
      } catch (final CodingException e) {
        sink.refused(Kind.CODING, e.getMessage(), e);
        return Step.OVER;
      }
    }
    return Step.COMPLETE;
  }

  /**
   * The stream has ended, and all that came is moved.
   *
   * @return false if the body was cut: then it is refused
   */
  boolean endOfStream() {
    if (reader.end() == BodyReader.Result.COMPLETE) {
      ended = true;
    }
    return ended;
  }

  /** How many bytes it keeps until the body is whole, or can be decoded. */
  long held() {
    return closed
        ? 0
        : (whole == null ? piece.length() : whole.length()) + (coded == null ? 0 : coded.length());
  }

  HeaderTable trailers() {
    return reader.trailers();
  }

  /** Whether the end of the stream is the end of the body. */
  boolean endsWithStream() {
    return reader.framing() == BodyReader.Framing.UNTIL_CLOSE;
  }

  /** Gives its memory back, when a piece that is being delivered was taken. */
  void close() {
    if (!closed) {
      closed = true;
      if (!moving) {
        release();
      }
    }
  }

  private void release() {
    if (piece != null) {
      piece.close();
    }
    if (coded != null) {
      coded.close();
    }
    if (inflation != null) {
      inflation.close();
    }
  }
}
