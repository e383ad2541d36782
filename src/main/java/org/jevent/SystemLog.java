package org.jevent;

/** Sends messages to the {@link System.Logger} {@code org.jevent}. */
final class SystemLog implements LogCallback {
  private static final System.Logger LOGGER = System.getLogger("org.jevent");

  @Override
  public void log(final Severity severity, final String message, final Throwable cause) {
    LOGGER.log(level(severity), message, cause);
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
