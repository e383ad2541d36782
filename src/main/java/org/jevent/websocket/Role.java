package org.jevent.websocket;

/** Which end of the connection this is. */
public enum Role {
  /** It has accepted the handshake; what it sends is not masked. */
  SERVER,
  /** It has asked for the handshake, and masks what it sends. */
  CLIENT
}
