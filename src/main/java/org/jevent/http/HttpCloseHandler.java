package org.jevent.http;

/** Is called when an exchange can get no answer any more, in the loop's thread. */
@FunctionalInterface
public interface HttpCloseHandler {
  /**
   * The connection has ended.
   *
   * @param problem what has ended the connection
   */
  void closed(HttpExchange exchange, HttpException problem);
}
