package org.jevent.http.h1;

import org.jevent.buffer.EventBuffer;

/** Reads the body of a message. */
public final class BodyReader {
  BodyReader() {}

  /** What {@link #read} has found. */
  public enum Result {
    /** More input is needed, or another call when as much as was wanted has moved. */
    INCOMPLETE,

    /** The message has ended; trailers are read. */
    COMPLETE,

    /** The body is refused: see {@link #refusal}. */
    REFUSED
  }

  /** How the end of a body is found. */
  public enum Framing {
    /** There is no body. */
    NONE,

    /** By its length. */
    LENGTH,

    /** By chunks. */
    CHUNKED,

    /** By the end of the stream; responses only. */
    UNTIL_CLOSE
  }

  /** How the end of the body is found. */
  public Framing framing() {
    throw new UnsupportedOperationException();
  }

  /** The Content-Length, or -1. */
  public long announced() {
    throw new UnsupportedOperationException();
  }

  /** The maximum of bytes of this body; it has none before. */
  public void limit(final long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Moves bytes of the body. */
  public Result read(final EventBuffer input, final EventBuffer into, final long most) {
    throw new UnsupportedOperationException();
  }

  /** Bytes of the body so far. */
  public long received() {
    throw new UnsupportedOperationException();
  }

  /** Whether the message has ended. */
  public boolean isComplete() {
    throw new UnsupportedOperationException();
  }

  /** The stream has ended. */
  public Result end() {
    throw new UnsupportedOperationException();
  }

  /** The trailer fields, or none. */
  public HeaderTable trailers() {
    throw new UnsupportedOperationException();
  }

  /** Why the body was refused, or null. */
  public Refusal refusal() {
    throw new UnsupportedOperationException();
  }
}
