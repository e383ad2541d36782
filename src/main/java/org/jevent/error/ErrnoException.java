package org.jevent.error;

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
   * @param code the platform's number, 0 when there is none
   */
  public ErrnoException(final String operation, final Errno errno, final int code) {
    this(operation, errno, code, null);
  }

  public ErrnoException(
      final String operation, final Errno errno, final int code, final Throwable cause) {
    super(message(operation, errno, code), cause);
    this.operation = operation;
    this.errno = errno;
    this.code = code;
  }

  private static String message(final String operation, final Errno errno, final int code) {
    final String number = code == 0 ? "" : " (" + code + ")";
    return operation + ": " + errno + number + ": " + errno.text();
  }

  /** What was tried and on what. */
  public String operation() {
    return operation;
  }

  /** The error's name. */
  public Errno errno() {
    return errno;
  }

  /** The platform's number of the error, 0 when there is none. */
  public int code() {
    return code;
  }
}
