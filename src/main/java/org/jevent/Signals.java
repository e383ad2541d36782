package org.jevent;

import org.jevent.engine.Engine;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** Signals by name: their numbers differ between platforms. */
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
  URG;

  /**
   * The number on this platform.
   *
   * @throws ErrnoException if the platform has no such signal
   */
  public int number(final EventBase base) {
    final Engine engine = base.backstage().engine();
    final int number = engine.signalNumber(name());
    if (number <= 0) {
      throw new ErrnoException("signal " + name(), Errno.EINVAL, 0);
    }
    return number;
  }
}
