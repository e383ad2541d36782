package org.jevent;

import java.util.Map;
import org.jevent.internal.engine.SystemLogger;

/** Sends messages to the {@link System.Logger} {@code org.jevent}. */
final class SystemLog implements LogCallback {
  /** A map and not a switch, whose class would be loaded with the first message. */
  private static final Map<Severity, System.Logger.Level> LEVELS =
      Map.of(
          Severity.DEBUG, System.Logger.Level.DEBUG,
          Severity.MESSAGE, System.Logger.Level.INFO,
          Severity.WARNING, System.Logger.Level.WARNING,
          Severity.ERROR, System.Logger.Level.ERROR);

  /**
   * A callback that throws must not disturb the code that logs. Both ways out are made ready here,
   * while there are descriptors.
   */
  static LogCallback guard(final LogCallback callback) {
    SystemLogger.prepare();
    return new Guarded(callback);
  }

  private record Guarded(LogCallback callback) implements LogCallback {
    @Override
    public void log(final Severity severity, final String message, final Throwable cause) {
      try {
        callback.log(severity, message, cause);
      } catch (final Throwable e) {
        SystemLogger.log(System.Logger.Level.ERROR, "the log callback failed on: " + message, e);
      }
    }
  }

  @Override
  public void log(final Severity severity, final String message, final Throwable cause) {
    SystemLogger.log(LEVELS.get(severity), message, cause);
  }

  /** The text of an object of the program; its class where that fails. */
  static String name(final Object named) {
    try {
      return String.valueOf(named);
    } catch (final Throwable e) {
      return named.getClass().getName();
    }
  }
}
