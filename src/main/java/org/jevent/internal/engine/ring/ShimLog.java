package org.jevent.internal.engine.ring;

import org.jevent.error.Errno;
import org.jevent.internal.log.LibraryLog;

/** Messages and failures of the library, on their way to {@link LibraryLog}. */
final class ShimLog {
  private static final System.Logger.Level[] LEVELS = {
    System.Logger.Level.DEBUG,
    System.Logger.Level.INFO,
    System.Logger.Level.WARNING,
    System.Logger.Level.ERROR
  };

  private ShimLog() {}

  /** Has the library report what is asked for, by the way that it was loaded. */
  static void listen(final String binding, final boolean debug, final boolean fatal) {
    if (binding.equals("jna")) {
      JnaLoader.listen(debug, fatal);
    } else {
      Shim.report(debug, fatal);
    }
  }

  static void logged(final String message, final int severity, final int result) {
    final String why = Errnos.of(result) == Errno.NONE ? "" : ": " + Errnos.text(result);
    LibraryLog.log(LEVELS[severity], message + why, null);
  }

  static void failed(final String message) {
    LibraryLog.fatal(message);
  }
}
