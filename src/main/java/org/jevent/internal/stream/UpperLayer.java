package org.jevent.internal.stream;

/** What stands on top of a stream and waits for it. Called with the guard held. */
public interface UpperLayer {
  /** The output below has left, or never will, or the stream below is closed. */
  void belowProgressed();

  /** The transport below keeps bytes back until it gets more. */
  void belowNeedsMore();

  /** The input below, which is dropped, has ended. */
  void belowInputEnded();

  /** The stream below goes on with another connection, or with none. */
  void belowReopened();

  /**
   * Whether the stream below may go on with another socket.
   *
   * @throws IllegalStateException if what stands on top depends on the bytes of the present one
   */
  void requireReplaceable(String operation);

  /** Whether it must be known at once that the output below has left. */
  boolean awaitsDrain();
}
