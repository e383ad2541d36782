package org.jevent.tls;

/** The stages of a TLS connection. */
enum TlsPhase {
  /** There is no connection yet, or the program has enabled neither direction. */
  WAITING,

  /** The server reads the ClientHello in order to choose a context. */
  HELLO,

  /** The engine is shaking hands for the first time. */
  HANDSHAKE,

  /** Data may pass. */
  OPEN,

  /** It has failed: nothing passes any more. */
  FAILED;

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final TlsPhase next) {
    return switch (this) {
      case WAITING -> next != WAITING;
      case HELLO -> next == HANDSHAKE || next == FAILED;
      case HANDSHAKE -> next == OPEN || next == FAILED;
      case OPEN -> next == FAILED;
      case FAILED -> next == WAITING; // the program connects again
    };
  }

  /** The connection is there and is not open yet. */
  boolean isShakingHands() {
    return this == HELLO || this == HANDSHAKE;
  }
}
