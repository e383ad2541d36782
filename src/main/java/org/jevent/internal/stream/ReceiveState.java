package org.jevent.internal.stream;

/** What a socket can still receive. */
enum ReceiveState {
  /** Bytes may come, for the input. */
  OPEN,

  /** Bytes may come, and are dropped. */
  DISCARDING,

  /** The peer has ended its half, or the connection has broken. */
  ENDED,

  /** Bytes were lost for lack of memory: later bytes would hide the gap. */
  BROKEN;

  boolean mayArrive() {
    return this == OPEN || this == DISCARDING;
  }

  /** Whether {@code next} may follow this one on the same socket. */
  boolean leadsTo(final ReceiveState next) {
    return switch (this) {
      case OPEN -> next != OPEN;
      case DISCARDING -> next == ENDED || next == BROKEN;
      case ENDED, BROKEN -> false;
    };
  }
}
