package org.jevent.internal.bytes;

import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** Errors of a file that a buffer refers to. */
final class Files {
  private Files() {}

  static ErrnoException endedEarly(final long position) {
    return new ErrnoException(
        "read a file that a buffer refers to: it ends before " + position, Errno.EIO, 0);
  }
}
