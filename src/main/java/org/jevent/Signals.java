package org.jevent;

import java.util.Objects;
import org.jevent.engine.Engine;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * Signals by name: their numbers differ between platforms, and not every platform has all. Windows
 * has three, the events of its console: {@link #INT} is Ctrl-C, {@link #BREAK} Ctrl-Break, and
 * {@link #TERM} the closing of the window, logging off and shutting down.
 */
public enum Signals {
  HUP,
  INT,
  QUIT,
  USR1,
  USR2,
  PIPE,
  ALRM,
  TERM,
  CHLD,
  CONT,
  TSTP,
  WINCH,
  IO,
  URG,
  BREAK;

  /**
   * The number on this platform.
   *
   * @throws ErrnoException if the platform has no such signal
   */
  public int number(final EventBase base) {
    final Engine engine = Objects.requireNonNull(base, "base").backstage().engine();
    final int number = engine.signalNumber(name());
    if (number <= 0) {
      throw new ErrnoException("signal " + name(), Errno.EINVAL, 0);
    }
    return number;
  }
}
