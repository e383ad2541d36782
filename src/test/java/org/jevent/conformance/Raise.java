package org.jevent.conformance;

import com.sun.jna.Function;
import org.jevent.EventBase;
import org.jevent.Signals;

/** Raises signals in the calling thread, so that one after the other is counted. */
final class Raise {
  private static final Function RAISE = Function.getFunction("c", "raise");

  private Raise() {}

  static void signal(final int number) {
    final int result = RAISE.invokeInt(new Object[] {number});
    if (result != 0) {
      throw new AssertionError("raise of signal " + number + " returned " + result);
    }
  }

  /** In the process of the bases, which may be a simulated one. */
  static void signal(final Bases bases, final EventBase base, final Signals signal) {
    if (!bases.raises(signal)) {
      signal(signal.number(base));
    }
  }
}
