package org.jevent.internal.engine;

import org.jevent.error.Errno;

/** The receiver of an engine's signals, called from within {@link Engine#enter}. */
public interface SignalSink {
  /**
   * Signal {@code number} came {@code count} times since the last call; or, with an error, it
   * cannot be watched.
   */
  void signalled(int number, int count, Errno error);
}
