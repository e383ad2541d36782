package org.jevent;

import org.jevent.engine.SystemLogger;

/** Sends messages to the {@link System.Logger} {@code org.jevent}. */
final class SystemLog implements LogCallback {
  /** A callback that throws must not harm what it is told of. */
  static LogCallback guard(final LogCallback callback) {
    return (severity, message, cause) -> {
      try {
        callback.log(severity, message, cause);
      } catch (final RuntimeException e) {
        SystemLogger.get()
            .log(System.Logger.Level.ERROR, "the log callback failed on: " + message, e);
      }
    };
  }

  @Override
  public void log(final Severity severity, final String message, final Throwable cause) {
    SystemLogger.get().log(level(severity), message, cause);
  }

  private static System.Logger.Level level(final Severity severity) {
    return switch (severity) {
      case DEBUG -> System.Logger.Level.DEBUG;
      case MESSAGE -> System.Logger.Level.INFO;
      case WARNING -> System.Logger.Level.WARNING;
      case ERROR -> System.Logger.Level.ERROR;
    };
  }
}
