package org.jevent.http;

import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** What failures and odd values of peers mean for a client. */
final class Failures {
  private static final long SECOND = 1_000_000_000L;
  private static final int MAX_DIGITS = 9;

  private Failures() {}

  /** What the system has answered, if that is it. */
  static Errno errno(final Throwable thrown) {
    return thrown instanceof ErrnoException failed ? failed.errno() : Errno.NONE;
  }

  /**
   * How long a peer keeps an idle connection, by its field {@code keep-alive}: a second less than
   * it says, as the next request takes its time.
   *
   * @return nanoseconds; 0: it does not say; -1: too short to be of use
   */
  static long keepAliveNanos(final String value) {
    for (final String part : value.split(",", -1)) {
      final String parameter = part.strip();
      if (parameter.regionMatches(true, 0, "timeout=", 0, 8)) {
        return nanos(parameter.substring(8));
      }
    }
    return 0;
  }

  private static long nanos(final String digits) {
    if (digits.isEmpty()
        || digits.length() > MAX_DIGITS
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    final long seconds = Long.parseLong(digits);
    return seconds <= 1 ? -1 : (seconds - 1) * SECOND;
  }
}
