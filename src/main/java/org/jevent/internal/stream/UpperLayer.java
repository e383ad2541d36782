package org.jevent.internal.stream;

/** What stands on top of a stream and waits for it. Called with the guard held. */
public interface UpperLayer {
  /** The output below has left, or never will, or the stream below is closed. */
  void belowProgressed();

  /** The transport below keeps bytes back until it gets more. */
  void belowNeedsMore();

  /** The input below, which is dropped, has ended. */
  void belowInputEnded();
}
