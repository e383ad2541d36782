package org.jevent;

/**
 * Where a base's messages go. The default is the {@link System.Logger} named {@code org.jevent}.
 */
@FunctionalInterface
public interface LogCallback {
  /** How important a message is; libevent's DEBUG, MSG, WARN and ERR. */
  enum Severity {
    DEBUG,
    MESSAGE,
    WARNING,
    ERROR
  }

  /**
   * Called by any thread.
   *
   * @param cause what led to it, or null
   */
  void log(Severity severity, String message, Throwable cause);
}
