package org.jevent.http;

/** What a connection of a server does. */
enum ServerState {
  /** No byte of a request has come since the last one. */
  IDLE,
  /** A head has begun. */
  HEAD,
  /** An exchange is there. */
  EXCHANGE,
  /** The answer has ended; the rest of the request is dropped. */
  SKIPPING,
  /** What is written leaves; nothing is read any more. */
  ENDING,
  /** The program has the stream. */
  TAKEN,
  CLOSED;

  boolean leadsTo(final ServerState next) {
    return switch (this) {
      case IDLE -> next == HEAD || next == EXCHANGE || next == ENDING || next == CLOSED;
      case HEAD -> next == EXCHANGE || next == ENDING || next == CLOSED;
      case EXCHANGE -> next != HEAD && next != EXCHANGE;
      case SKIPPING -> next == IDLE || next == ENDING || next == CLOSED;
      case ENDING -> next == CLOSED;
      default -> false;
    };
  }
}
