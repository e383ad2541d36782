package org.jevent.internal.stream;

/** Who uses the bytes of the output. */
enum SendState {
  /** None: the next send may begin. */
  IDLE,

  /** A send of the socket, whose success is reported at once. */
  ACTIVE,

  /** A send whose success may be reported late. */
  DEFERRED,

  /** The same, but more bytes wait behind it, so that it is to be reported now. */
  OVERDUE,

  /** The last send of a socket that was replaced. */
  FORMER;

  /** The socket sends the first bytes of the output. */
  boolean isUnderWay() {
    return this == ACTIVE || this == DEFERRED || this == OVERDUE;
  }

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final SendState next) {
    return switch (this) {
      case IDLE -> next == ACTIVE || next == DEFERRED;
      case ACTIVE -> next == IDLE || next == FORMER;
      case DEFERRED -> next != DEFERRED;
      case OVERDUE -> next == IDLE || next == ACTIVE || next == FORMER;
      case FORMER -> next == IDLE;
    };
  }
}
