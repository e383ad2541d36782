package org.jevent.websocket;

/** Which codes may be in a close frame (RFC 6455, section 7.4, and the registry of IANA). */
final class CloseCodes {
  private static final int FIRST_FREE = 3000;
  private static final int LAST_FREE = 4999;
  private static final int LAST_REGISTERED = 1014;
  private static final int FIRST_OF_PAYLOAD = 1007;
  private static final int LAST_OF_THE_FIRST = 1003;

  private CloseCodes() {}

  /** Whether a peer may send it. */
  static boolean mayCome(final int code) {
    return (code >= WebSocket.NORMAL && code <= LAST_OF_THE_FIRST)
        || (code >= FIRST_OF_PAYLOAD && code <= LAST_REGISTERED)
        || (code >= FIRST_FREE && code <= LAST_FREE);
  }

  /** Whether a program may send it: all of them but 1002, which this library sends itself. */
  static boolean mayBeSent(final int code) {
    return mayCome(code) && code != WebSocket.PROTOCOL_ERROR;
  }
}
