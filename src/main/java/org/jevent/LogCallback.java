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
   * Called by any thread. What it throws, an {@link Error} included, is not passed on but logged
   * with the {@link System.Logger}, or printed on the standard error stream where that fails.
   *
   * @param cause what led to it, or null
   */
  void log(Severity severity, String message, Throwable cause);
}
