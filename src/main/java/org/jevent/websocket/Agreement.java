package org.jevent.websocket;

/**
 * What both ends have agreed on in the handshake.
 *
 * @param protocol the subprotocol, or null
 * @param extensions the field's value, or null
 * @param deflate how messages are compressed, or null
 */
record Agreement(String protocol, String extensions, Deflate deflate) {
  /** Nothing but the protocol itself. */
  static final Agreement PLAIN = new Agreement(null, null, null);

  /**
   * How messages are compressed.
   *
   * @param sendsWithContext whether what this end sends refers to earlier messages
   * @param receivesWithContext whether what the peer sends does
   */
  record Deflate(boolean sendsWithContext, boolean receivesWithContext) {}
}
