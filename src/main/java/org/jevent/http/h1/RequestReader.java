package org.jevent.http.h1;

import org.jevent.buffer.EventBuffer;

/** Reads the heads of requests, one after the other; see read. */
public final class RequestReader {
  /** What {@link #read} has found. */
  public enum Result {
    /** More bytes are needed. */
    INCOMPLETE,

    /** The head is whole. */
    COMPLETE,

    /** The head is refused: see {@link #refusal}. */
    REFUSED
  }

  /** Arrays come from the pool. */
  public RequestReader(final ParserLimits limits, final HeadPool pool) {
    throw new UnsupportedOperationException();
  }

  /** Each reader has arrays that no other uses. */
  public RequestReader(final ParserLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** From the next head on. */
  public void limits(final ParserLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** Takes a head from the front of input. */
  public Result read(final EventBuffer input) {
    throw new UnsupportedOperationException();
  }

  /** Whether a byte of a request line has come. */
  public boolean hasBegun() {
    throw new UnsupportedOperationException();
  }

  /** Why the head was refused, or null. */
  public Refusal refusal() {
    throw new UnsupportedOperationException();
  }

  /** The method; a constant for known ones. */
  public String method() {
    throw new UnsupportedOperationException();
  }

  /** Whether the method is that one; allocates nothing. */
  public boolean methodIs(final String known) {
    throw new UnsupportedOperationException();
  }

  /** 0, or 1 for 1.1 to 1.9. */
  public int minorVersion() {
    throw new UnsupportedOperationException();
  }

  /** The form of the target. */
  public TargetForm form() {
    throw new UnsupportedOperationException();
  }

  /** The target as it was sent. */
  public String target() {
    throw new UnsupportedOperationException();
  }

  /** The scheme of an absolute target, or null. */
  public String scheme() {
    throw new UnsupportedOperationException();
  }

  /** The authority of the target, else Host, else null. */
  public String authority() {
    throw new UnsupportedOperationException();
  }

  /** The path as it was sent, without the query. */
  public String rawPath() {
    throw new UnsupportedOperationException();
  }

  /** The decoded path. */
  public String path() {
    throw new UnsupportedOperationException();
  }

  /** The query without its question mark, or null. */
  public String query() {
    throw new UnsupportedOperationException();
  }

  /** The fields. */
  public HeaderTable headers() {
    throw new UnsupportedOperationException();
  }

  /** Whether the connection persists. */
  public boolean keepsAlive() {
    throw new UnsupportedOperationException();
  }

  /** Whether the client waits for 100 (Continue). */
  public boolean expectsContinue() {
    throw new UnsupportedOperationException();
  }

  /** The body of this message. */
  public BodyReader body() {
    throw new UnsupportedOperationException();
  }

  /** Ready for the next head; keeps its arrays. */
  public void reset() {
    throw new UnsupportedOperationException();
  }

  /** Gives the arrays back; the reader may be used again. */
  public void release() {
    throw new UnsupportedOperationException();
  }
}
