package org.jevent.internal.stream;

/** What fills the output of a stream, and waits for room in it. Called with its guard held. */
public interface Feeder {
  /** Whether it waits for bytes to leave. */
  boolean isWaiting();

  /** Bytes have left. */
  void drained();

  /** The stream is closed. */
  void closed();
}
