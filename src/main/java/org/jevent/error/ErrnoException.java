package org.jevent.error;

import java.util.Objects;

/**
 * A system call or operation that failed: what was tried, on what, and what the system answered.
 */
public class ErrnoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String operation;
  private final Errno errno;
  private final int code;

  /**
   * @param operation what was tried and on what, such as {@code bind 127.0.0.1:80}
   * @param errno the error's name
   * @param code the platform's number, 0 when there is none; see {@link #code}
   */
  public ErrnoException(final String operation, final Errno errno, final int code) {
    this(operation, errno, code, (Throwable) null);
  }

  public ErrnoException(
      final String operation, final Errno errno, final int code, final Throwable cause) {
    this(operation, errno, code, code == 0 ? "" : String.valueOf(code), cause);
  }

  /**
   * @param detail the number as the system's documentation calls it, such as {@code WSAECONNRESET
   *     10054}
   */
  public ErrnoException(
      final String operation, final Errno errno, final int code, final String detail) {
    this(operation, errno, code, detail, null);
  }

  private ErrnoException(
      final String operation,
      final Errno errno,
      final int code,
      final String detail,
      final Throwable cause) {
    super(message(operation, errno, detail), cause);
    this.operation = operation;
    this.errno = errno;
    this.code = code;
  }

  private static String message(final String operation, final Errno errno, final String detail) {
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(errno, "errno");
    Objects.requireNonNull(detail, "detail");
    return operation
        + ": "
        + errno
        + (detail.isEmpty() ? "" : " (" + detail + ")")
        + ": "
        + errno.text();
  }

  /** What was tried and on what. */
  public String operation() {
    return operation;
  }

  /** The error's name. */
  public Errno errno() {
    return errno;
  }

  /**
   * The platform's number of the error, 0 when there is none. On Windows it is that of the system,
   * such as 10054, if there is one, else errno.
   */
  public int code() {
    return code;
  }
}
