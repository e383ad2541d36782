package org.jevent;

import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Engine;

/**
 * Signals by name: their numbers differ between platforms, and not every platform has all. Windows
 * has three, the events of its console: {@link #INT} is Ctrl-C, {@link #BREAK} Ctrl-Break, and
 * {@link #TERM} the closing of the window, logging off and shutting down.
 */
public enum Signals {
  HUP,
  INT,

  /** While it is watched the JVM neither prints its threads nor lets tools attach to it. */
  QUIT,

  USR1,

  /** The JVM's own, unless {@code _JAVA_SR_SIGNUM} names another one. */
  USR2,
  PIPE,
  ALRM,
  TERM,

  /**
   * Raised for every child of the process. The JDK waits for those that it has started itself:
   * {@link Process#onExit} reports them, and their status is not left for others.
   */
  CHLD,

  CONT,
  TSTP,
  WINCH,

  /** The JDK's own on macOS and the BSDs. */
  IO,

  URG,
  BREAK;

  /**
   * The number on this platform.
   *
   * @throws ErrnoException if the platform has no such signal
   */
  public int number(final EventBase base) {
    final Engine engine = Objects.requireNonNull(base, "base").loop().engine();
    final int number = engine.signalNumber(name());
    if (number <= 0) {
      throw new ErrnoException("signal " + name(), Errno.EINVAL, 0);
    }
    return number;
  }
}
