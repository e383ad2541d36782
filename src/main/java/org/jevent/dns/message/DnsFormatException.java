package org.jevent.dns.message;

/** Bytes that are no message, or a message or name that cannot be written. */
public final class DnsFormatException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was read, where, and why it is none
   */
  public DnsFormatException(final String message) {
    super(message);
  }
}
