package org.jevent.http;

/**
 * What a stream that was taken over has become, for the server that it came from: it counts as one
 * of its connections until {@link HttpServer#ended}, and is ended with the server.
 */
public interface HttpUpgraded {
  /** The server drains: the conversation is to be ended in the way of its protocol. */
  void drain();

  /** The time for that is over, or the server is closed: the stream is to be closed. */
  void cut();
}
