package org.jevent.error;

/**
 * No engine fits what was asked for; the message names each candidate and why it cannot be used.
 */
public class EngineUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Says why.
   *
   * @param message may be null, as with any exception
   */
  public EngineUnavailableException(final String message) {
    super(message);
  }

  /**
   * Says why, and what led to it.
   *
   * @param message may be null, as with any exception
   * @param cause may be null
   */
  public EngineUnavailableException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
