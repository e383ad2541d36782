package org.jevent.internal.engine.ring;

import java.util.Arrays;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/**
 * The errors in the shim's results: the platform's errno in twelve bits. Above them is the number
 * that the system gave, where that differs, as on Windows.
 */
final class Errnos {
  private static final int ERRNO_BITS = 12;
  private static final int ERRNO_MASK = (1 << ERRNO_BITS) - 1;

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
    final int number = number(result);
    return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : Errno.UNKNOWN;
  }

  private static int number(final int result) {
    return -result & ERRNO_MASK;
  }

  private static int systemCode(final int result) {
    return -result >>> ERRNO_BITS;
  }

  static String text(final int result) {
    final Errno errno = of(result);
    return errno + " (" + code(result) + "): " + errno.text();
  }

  private static String code(final int result) {
    final int code = systemCode(result);
    if (code == 0) {
      return String.valueOf(number(result));
    }
    final String name = WindowsCodes.name(code);
    return name == null ? "Windows " + code : name + " " + code;
  }

  static ErrnoException exception(final String operation, final int result) {
    final int code = systemCode(result);
    return code == 0
        ? new ErrnoException(operation, of(result), number(result))
        : new ErrnoException(operation, of(result), code, code(result));
  }

  /** Returns a result that is no error, and throws for one that is. */
  static int check(final int result, final String operation) {
    if (result < 0) {
      throw exception(operation, result);
    }
    return result;
  }
}
