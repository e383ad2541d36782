package org.jevent.conformance;

import com.sun.jna.Function;

/** Functions of the C library that make descriptors which the library itself does not open. */
final class Native {
  private static final int F_DUPFD = 0;

  private Native() {}

  /** Calls it; fails the test where it fails. */
  static int call(final String function, final Object... arguments) {
    final int result = Function.getFunction("c", function).invokeInt(arguments);
    if (result < 0) {
      throw new AssertionError(
          function + " returned " + result + ", errno " + com.sun.jna.Native.getLastError());
    }
    return result;
  }

  static int duplicate(final int descriptor) {
    return call("dup", descriptor);
  }

  /** The lowest free number that is not below {@code min}. */
  static int duplicateFrom(final int descriptor, final int min) {
    return call("fcntl", descriptor, F_DUPFD, min);
  }

  static void duplicateTo(final int descriptor, final int number) {
    call("dup2", descriptor, number);
  }

  static void close(final int descriptor) {
    call("close", descriptor);
  }
}
