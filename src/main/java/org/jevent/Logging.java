package org.jevent;

import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jevent.internal.log.LibraryLog;
import org.jevent.internal.log.SystemLogger;

/**
 * Messages that belong to no base, for the whole process: of loading the native library, of leaks,
 * of the native library itself. A base's own go to {@link EventConfig#log}. Any thread may call the
 * methods at any time.
 */
public final class Logging {
  private static final Map<System.Logger.Level, LogCallback.Severity> SEVERITIES =
      Map.of(
          System.Logger.Level.DEBUG, LogCallback.Severity.DEBUG,
          System.Logger.Level.INFO, LogCallback.Severity.MESSAGE,
          System.Logger.Level.WARNING, LogCallback.Severity.WARNING,
          System.Logger.Level.ERROR, LogCallback.Severity.ERROR);

  /** A map and not a switch, whose class would be loaded with the first message. */
  private static final Map<LogCallback.Severity, System.Logger.Level> LEVELS =
      Map.of(
          LogCallback.Severity.DEBUG, System.Logger.Level.DEBUG,
          LogCallback.Severity.MESSAGE, System.Logger.Level.INFO,
          LogCallback.Severity.WARNING, System.Logger.Level.WARNING,
          LogCallback.Severity.ERROR, System.Logger.Level.ERROR);

  /** Sends messages to the {@link System.Logger} {@code org.jevent}. */
  static final LogCallback SYSTEM =
      (severity, message, cause) -> SystemLogger.log(LEVELS.get(severity), message, cause);

  private Logging() {}

  /** A callback as the library logs to it, which may throw. */
  static LibraryLog.Sink sink(final LogCallback callback) {
    return LibraryLog.guard(
        (level, message, cause) -> callback.log(SEVERITIES.get(level), message, cause));
  }

  /**
   * Where messages go from now on: {@code event_set_log_callback}. What it throws is logged with
   * the {@link System.Logger} {@code org.jevent}, which is the default.
   */
  public static void setCallback(final LogCallback callback) {
    Objects.requireNonNull(callback, "callback");
    LibraryLog.sink((level, message, cause) -> callback.log(SEVERITIES.get(level), message, cause));
  }

  /** Messages go to the {@link System.Logger} {@code org.jevent} again. */
  public static void useDefault() {
    LibraryLog.sink(null);
  }

  /**
   * Whether the native library reports what it does, with severity DEBUG: {@code
   * event_enable_debug_logging}. Off by default. On nio there is nothing to report.
   */
  public static void debug(final boolean on) {
    LibraryLog.debug(on);
  }

  /**
   * What is called when the native library finds itself in a state that must not be: {@code
   * event_set_fatal_callback}. It is given what was expected and where. The process is aborted when
   * it returns, and would be without it; it may end the process in another way. It runs in the
   * thread that has met the fault and must not use a base.
   *
   * @param callback the callback, or null for none
   */
  public static void setFatalCallback(final Consumer<String> callback) {
    LibraryLog.onFatal(callback);
  }
}
