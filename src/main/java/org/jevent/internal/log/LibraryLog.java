package org.jevent.internal.log;

import java.util.function.Consumer;

/**
 * Messages that belong to no base: of loading the native library, of leaks, of the native library
 * itself. They go to the {@link System.Logger} {@code org.jevent} unless a program has set another
 * sink. Any thread.
 */
public final class LibraryLog {
  /** Takes messages. What it throws is logged and not passed on. */
  @FunctionalInterface
  public interface Sink {
    void log(System.Logger.Level level, String message, Throwable cause);
  }

  /** Reports to this class by its own means, which cost something, and so only when asked to. */
  @FunctionalInterface
  public interface Source {
    /**
     * Asks for messages, for failures, or for no more of them.
     *
     * @param debug whether to call {@link #log} with messages for debugging
     * @param fatal whether to call {@link #fatal} before a failure ends the process
     */
    void listen(boolean debug, boolean fatal);
  }

  private static volatile Sink sink = SystemLogger::log;
  private static volatile Consumer<String> fatal;

  /** Guarded by the class, as the next one. */
  private static boolean debug;

  private static Source source;

  private LibraryLog() {}

  /**
   * A sink that does not throw, around one that may: it must not disturb the code that logs. The
   * system's logger is made ready here, while there are descriptors.
   */
  public static Sink guard(final Sink target) {
    SystemLogger.prepare();
    return (level, message, cause) -> {
      try {
        target.log(level, message, cause);
      } catch (final Throwable e) {
        SystemLogger.log(System.Logger.Level.ERROR, "the log callback failed on: " + message, e);
      }
    };
  }

  /**
   * The text of an object of the program, for a message; its class where that fails. It is here as
   * this class is loaded with the first base: a message may be due when there is no memory left.
   */
  public static String name(final Object named) {
    try {
      return String.valueOf(named);
    } catch (final Throwable e) {
      return named.getClass().getName();
    }
  }

  /** Where messages go from now on; null: the {@link System.Logger}. */
  public static void sink(final Sink target) {
    sink = target == null ? SystemLogger::log : target;
  }

  /** Whether the source is asked for messages for debugging. */
  public static synchronized void debug(final boolean on) {
    debug = on;
    listen();
  }

  /** What is called before a failure ends the process; null: nothing. */
  public static synchronized void onFatal(final Consumer<String> action) {
    fatal = action;
    listen();
  }

  /** The native library, once it is loaded. */
  public static synchronized void source(final Source loaded) {
    source = loaded;
    if (debug || fatal != null) {
      listen();
    }
  }

  private static void listen() {
    if (source != null) {
      source.listen(debug, fatal != null);
    }
  }

  /** As {@link #log(System.Logger.Level, String, Throwable)}, without a cause. */
  public static void log(final System.Logger.Level level, final String message) {
    log(level, message, null);
  }

  /**
   * Logs a message. It does not throw.
   *
   * @param cause what led to it, or null
   */
  public static void log(
      final System.Logger.Level level, final String message, final Throwable cause) {
    try {
      sink.log(level, message, cause);
    } catch (final Throwable e) {
      SystemLogger.log(System.Logger.Level.ERROR, "the log callback failed on: " + message, e);
    }
  }

  /** Reports a failure that the process ends with. It does not throw. */
  public static void fatal(final String message) {
    final Consumer<String> action = fatal;
    if (action != null) {
      try {
        action.accept(message);
      } catch (final Throwable e) {
        SystemLogger.log(System.Logger.Level.ERROR, "the fatal callback failed on: " + message, e);
      }
    }
  }
}
