package org.jevent.internal.stream;

/**
 * Waits for the output of a stream to leave, in order to add more, or for its end. Called with its
 * guard held.
 */
public interface DrainListener {
  /** Whether it has to know at once when bytes leave. */
  default boolean isWaiting() {
    return false;
  }

  /** Bytes have left. */
  default void drained() {}

  /** Writing has failed or timed out. The event callback of the stream has run, if it has one. */
  default void failed() {}

  /** The stream is closed. */
  void closed();
}
