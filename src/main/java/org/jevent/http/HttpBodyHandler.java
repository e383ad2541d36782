package org.jevent.http;

import org.jevent.buffer.EventBuffer;

/** Is called with bytes of a request's body, in the loop's thread. */
@FunctionalInterface
public interface HttpBodyHandler {
  /**
   * Takes bytes.
   *
   * @param bytes the next ones, at most 64 KiB. What is not taken out of it is dropped when this
   *     returns
   */
  void handle(HttpExchange exchange, EventBuffer bytes);
}
