package org.jevent.internal.stream;

/** Who uses the bytes of the output. */
enum SendState {
  /** None: the next send may begin. */
  IDLE,

  /** A send of the socket, whose success is reported at once. */
  ACTIVE,

  /** A send whose success may be reported late. */
  DEFERRED,

  /** The last send of a socket that was replaced. */
  FORMER;

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final SendState next) {
    return switch (this) {
      case IDLE -> next == ACTIVE || next == DEFERRED;
      case ACTIVE -> next == IDLE || next == FORMER;
      case DEFERRED -> next == IDLE || next == ACTIVE || next == FORMER;
      case FORMER -> next == IDLE;
    };
  }
}
