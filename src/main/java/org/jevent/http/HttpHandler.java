package org.jevent.http;

/** Is called with an exchange, in the loop's thread. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * Serves it.
   *
   * @param exchange the request and its answer, which may also be given later
   */
  void handle(HttpExchange exchange);
}
