package org.jevent.tls;

/** The stages of one direction of a TLS connection. */
enum TlsHalf {
  /** Data may pass. */
  OPEN,

  /** Outwards only: {@code close_notify} follows when the output has been encrypted. */
  ENDING,

  /** Its {@code close_notify} has passed, or it has failed. */
  ENDED;

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final TlsHalf next) {
    return switch (this) {
      case OPEN -> next == ENDING || next == ENDED;
      case ENDING -> next == ENDED;
      case ENDED -> false;
    };
  }
}
