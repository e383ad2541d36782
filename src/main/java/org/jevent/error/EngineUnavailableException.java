package org.jevent.error;

/**
 * No engine fits what was asked for; the message names each candidate and why it cannot be used.
 */
public class EngineUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EngineUnavailableException(final String message) {
    super(message);
  }

  public EngineUnavailableException(final String message, final Throwable cause) {
    super(message, cause);
  }
}
