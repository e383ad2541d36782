package org.jevent.http;

import org.jevent.http.HttpException.Phase;

/** How far a client's connection has come. */
enum ConnectionState {
  /** The host is looked up, and the socket connects. */
  CONNECTING(Phase.CONNECT),

  /** A proxy was asked for a tunnel. */
  TUNNEL(Phase.CONNECT),

  /** TLS shakes hands. */
  HANDSHAKE(Phase.TLS),

  /** It has no call. */
  IDLE(Phase.QUEUED),

  /** A request is being sent. */
  SENDING(Phase.REQUEST),

  /** The head of the response is waited for. */
  WAITING(Phase.HEAD),

  /** The body of the response comes. */
  READING(Phase.BODY),

  /** The program has its stream, or it is closed. */
  CLOSED(Phase.BODY);

  private final Phase phase;

  ConnectionState(final Phase phase) {
    this.phase = phase;
  }

  /** The phase of its call. */
  Phase phase() {
    return phase;
  }

  /** It can have no call yet. */
  boolean isOpening() {
    return this == CONNECTING || this == TUNNEL || this == HANDSHAKE;
  }

  /** It has a call. */
  boolean isBusy() {
    return this == SENDING || this == WAITING || this == READING;
  }

  boolean leadsTo(final ConnectionState next) {
    return switch (this) {
      case CONNECTING -> next == TUNNEL || next == HANDSHAKE || next == IDLE || next == CLOSED;
      case TUNNEL -> next == HANDSHAKE || next == IDLE || next == CLOSED;
      case HANDSHAKE -> next == IDLE || next == CLOSED;
      case IDLE -> next == SENDING || next == CLOSED;
      case SENDING -> next == WAITING || next == READING || next == CLOSED;
      case WAITING -> next == READING || next == CLOSED;
      case READING -> next == IDLE || next == CLOSED;
      case CLOSED -> false;
    };
  }
}
