package org.jevent.engine;

/**
 * The {@link System.Logger} {@code org.jevent}, looked up when there is first something to say:
 * finding the program's way of logging takes the JVM a tenth of the time until the first event.
 */
public final class SystemLogger {
  private SystemLogger() {}

  private static final class Found {
    static final System.Logger LOGGER = System.getLogger("org.jevent");
  }

  /** The logger; not to be asked for before it is needed. */
  public static System.Logger get() {
    return Found.LOGGER;
  }
}
