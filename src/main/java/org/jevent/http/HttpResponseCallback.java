package org.jevent.http;

/** The end of a call whose response is wanted whole; {@code evhttp_request_new}'s callback. */
@FunctionalInterface
public interface HttpResponseCallback {
  /**
   * Called once, by the loop's thread. Exactly one of both arguments is null.
   *
   * @param response with its whole body, which is closed when the callback has returned
   * @param problem why there is no response
   */
  void ended(HttpResponse response, HttpException problem);
}
