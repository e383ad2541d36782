package org.jevent.sim.kernel;

import org.jevent.error.Errno;

/** Encodes an error in the result of a call: negative, where a count is 0 or more. */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
public final class Result {
  private static final Errno[] ERRORS = Errno.values();

  /** The call would have to wait. */
  public static final int WOULD_WAIT = of(Errno.EAGAIN);

  private Result() {}

  /** The result of a call that has failed. */
  public static int of(final Errno error) {
    return -error.ordinal();
  }

  /** The error of a result, {@link Errno#NONE} of a count. */
  public static Errno error(final int result) {
    return result >= 0 ? Errno.NONE : ERRORS[-result];
  }
}
