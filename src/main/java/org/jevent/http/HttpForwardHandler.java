package org.jevent.http;

/**
 * Sees what {@link HttpRequest#forward(HttpExchange, HttpForwardHandler)} passes on. All methods
 * are called by the loop's thread. What they throw goes to the base's exception handler, and ends
 * the call. A method may begin or give another answer by the exchange: then the call is cancelled,
 * and the answer is the program's to end.
 */
public interface HttpForwardHandler {
  /**
   * The head of the response has come, and the answer's is about to be written.
   *
   * @param fields those of the answer, which may be changed
   */
  default void onHead(final HttpResponse response, final HttpHeaders fields) {}

  /** There is no response, or it was cut; the answer is 502, 504 or a cut one. */
  default void onProblem(final HttpException problem) {}
}
