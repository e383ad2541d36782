package org.jevent.internal.stream;

/** Waits for the output of a stream to leave, in order to add more. Called with its guard held. */
public interface DrainListener {
  /** Whether it has to know at once when bytes leave. */
  boolean isWaiting();

  /** Bytes have left. */
  void drained();

  /** Writing has failed or timed out. The event callback of the stream has run, if it has one. */
  void failed();

  /** The stream is closed. */
  void closed();
}
