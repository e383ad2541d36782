package org.jevent.http;

import org.jevent.buffer.EventBuffer;

/**
 * Takes a response in parts, as they come; {@code evhttp_request_set_header_cb}, {@code
 * evhttp_request_set_chunked_cb}. All methods are called by the loop's thread.
 *
 * <p>What a method but {@link #onEnd} throws goes to the base's exception handler, and ends the
 * call with {@link HttpException.Kind#CANCELLED}.
 */
public interface HttpResponseHandler {
  /**
   * An interim response has come, such as 103.
   *
   * @param status 100 to 199 but 101
   */
  default void onInterim(final HttpCall call, final int status, final HttpHeaders headers) {}

  /**
   * The head has come, that of the last response where redirects are followed. {@link
   * HttpCall#takeOver} is possible after 101 and after CONNECT.
   */
  default void onHead(final HttpCall call, final HttpResponse response) {}

  /**
   * Bytes of the body have come.
   *
   * @param bytes what is left of them when the method has returned is dropped
   */
  void onBody(HttpCall call, EventBuffer bytes);

  /**
   * The call is over. Called once, and as the last; exactly one of response and problem is null.
   *
   * @param response without a body
   */
  void onEnd(HttpCall call, HttpResponse response, HttpException problem);
}
