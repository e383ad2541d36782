package org.jevent.engine.ring;

import java.util.Arrays;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** The platform's error numbers, as the shim tells them. */
final class Errnos {
  private static final Errno[] BY_NUMBER = table();

  private Errnos() {}

  private static Errno[] table() {
    final Errno[] table = new Errno[512];
    Arrays.fill(table, Errno.UNKNOWN);
    table[0] = Errno.NONE;
    final Errno[] all = Errno.values();
    for (int i = Errno.UNNUMBERED; i < all.length; i++) {
      final int number = Shim.errno(i - Errno.UNNUMBERED);
      if (number > 0 && number < table.length && table[number] == Errno.UNKNOWN) {
        table[number] = all[i];
      }
    }
    return table;
  }

  /** The name of a result: {@link Errno#NONE} unless it is negative. */
  static Errno of(final int result) {
    if (result >= 0) {
      return Errno.NONE;
    }
    return -result < BY_NUMBER.length ? BY_NUMBER[-result] : Errno.UNKNOWN;
  }

  static String text(final int result) {
    final Errno errno = of(result);
    return errno + " (" + -result + "): " + errno.text();
  }

  static ErrnoException exception(final String operation, final int result) {
    return new ErrnoException(operation, of(result), -result);
  }

  /** Passes a result that is no error on. */
  static int check(final int result, final String operation) {
    if (result < 0) {
      throw exception(operation, result);
    }
    return result;
  }
}
