package org.jevent.websocket;

/** How far a {@link WebSocket} has come; the handshake is over when there is one. */
public enum SocketState {
  /** Messages go both ways. */
  OPEN,
  /** A close frame was sent; the peer's is waited for, and its messages are dropped. */
  CLOSING,
  /** Nothing is sent or received any more. */
  CLOSED;

  /** Whether this state may follow. */
  boolean leadsTo(final SocketState next) {
    return next.compareTo(this) > 0;
  }
}
