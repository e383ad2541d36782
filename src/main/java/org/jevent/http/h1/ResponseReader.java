package org.jevent.http.h1;

import org.jevent.buffer.EventBuffer;

/** Reads the heads of responses, one after the other; see read. */
public final class ResponseReader {

  /** Arrays come from the pool. */
  public ResponseReader(final ParserLimits limits, final HeadPool pool) {
    throw new UnsupportedOperationException();
  }

  /** Each reader has arrays that no other uses. */
  public ResponseReader(final ParserLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** From the next head on. */
  public void limits(final ParserLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** The method of the request that is answered; resets. */
  public void expect(final String method) {
    throw new UnsupportedOperationException();
  }

  /** Takes a head from the front of input; is called again after an interim one. */
  public RequestReader.Result read(final EventBuffer input) {
    throw new UnsupportedOperationException();
  }

  /** Whether a byte of a head has come. */
  public boolean hasBegun() {
    throw new UnsupportedOperationException();
  }

  /** Why the head was refused, or null. */
  public Refusal refusal() {
    throw new UnsupportedOperationException();
  }

  /** 100 to 999. */
  public int status() {
    throw new UnsupportedOperationException();
  }

  /** The reason phrase, perhaps empty. */
  public String reason() {
    throw new UnsupportedOperationException();
  }

  /** 0, or 1 for 1.1 to 1.9. */
  public int minorVersion() {
    throw new UnsupportedOperationException();
  }

  /** 100 to 199, but not 101. */
  public boolean isInterim() {
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
