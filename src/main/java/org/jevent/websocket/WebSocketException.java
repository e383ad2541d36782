package org.jevent.websocket;

import java.io.IOException;
import org.jevent.http.HttpResponse;

/**
 * Why a handshake has failed. The cause, if there is one, is the {@link
 * org.jevent.http.HttpException} of the call.
 */
public final class WebSocketException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient HttpResponse response;

  /**
   * @param message what was tried, on what, and what the peer has answered
   * @param status of the answer, that of a proxy included; 0: none has come
   * @param response or null
   * @param cause or null
   */
  public WebSocketException(
      final String message, final int status, final HttpResponse response, final Throwable cause) {
    super(message, cause);
    this.status = status;
    this.response = response;
  }

  /** The status that was answered in place of 101, such as 401, or 407 of a proxy; 0: none. */
  public int status() {
    return status;
  }

  /** The response that was no agreement, with its fields, or null. */
  public HttpResponse response() {
    return response;
  }
}
