package org.jevent.internal.log;

import java.time.ZoneId;
import java.util.Objects;

/**
 * The {@link System.Logger} {@code org.jevent}. Logging never throws: what cannot be logged goes to
 * the standard error stream, and nowhere if that fails as well.
 */
public final class SystemLogger {
  private static volatile System.Logger logger;

  private SystemLogger() {}

  /**
   * Loads what a message will need, as far as the JDK alone decides that. Its logging opens files
   * for the first message, which fails when descriptors have run out.
   */
  public static void prepare() {
    if (logger == null) {
      try {
        find().isLoggable(System.Logger.Level.ERROR);
        // Every message needs it, and the JDK reads it from a file.
        Objects.requireNonNull(ZoneId.systemDefault());
      } catch (final Throwable unusable) {
        // the first message meets it again and goes elsewhere
      }
    }
  }

  /** As {@link #log(System.Logger.Level, String, Throwable)}, without a cause. */
  public static void log(final System.Logger.Level level, final String message) {
    log(level, message, null);
  }

  /**
   * Logs a message. Any thread, at any time: it does not throw.
   *
   * @param cause what led to it, or null
   */
  public static void log(
      final System.Logger.Level level, final String message, final Throwable cause) {
    try {
      find().log(level, message, cause);
    } catch (final Throwable failure) {
      print(level, message, cause, failure);
    }
  }

  /** Kept once it is found. A failure is not kept, as a class's initializer would keep it. */
  private static System.Logger find() {
    System.Logger found = logger;
    if (found == null) {
      found = System.getLogger("org.jevent");
      logger = found;
    }
    return found;
  }

  private static void print(
      final System.Logger.Level level,
      final String message,
      final Throwable cause,
      final Throwable failure) {
    try {
      final String because = cause == null ? "" : ": " + cause;
      System.err.println(
          "org.jevent " + level + ": " + message + because + " (logging failed: " + failure + ")");
    } catch (final Throwable nowhere) {
      // there is no place left where it could be said
    }
  }
}
