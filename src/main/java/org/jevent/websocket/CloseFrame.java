package org.jevent.websocket;

import java.nio.charset.StandardCharsets;

/**
 * What a close frame of the peer's says (RFC 6455, section 5.5.1).
 *
 * @param refused whether it may not be
 * @param code the peer's, or {@link WebSocket#NO_CODE}; of a refused one that of the answer
 * @param reason the peer's; of a refused one what is wrong with it
 */
record CloseFrame(boolean refused, int code, String reason) {
  private static final int CODE_BYTES = 2;

  /** Reads the first bytes of an array, without a mask. */
  static CloseFrame read(final byte[] payload, final int count) {
    if (count == 0) {
      return new CloseFrame(false, WebSocket.NO_CODE, "");
    }
    if (count < CODE_BYTES) {
      return refuse(WebSocket.PROTOCOL_ERROR, "a close frame of one byte");
    }
    final int code = (payload[0] & 0xff) << Byte.SIZE | (payload[1] & 0xff);
    if (!CloseCodes.mayCome(code)) {
      return refuse(WebSocket.PROTOCOL_ERROR, "the close code " + code);
    }
    final Utf8 utf8 = new Utf8();
    utf8.take(payload, CODE_BYTES, count - CODE_BYTES);
    return utf8.isComplete()
        ? new CloseFrame(
            false,
            code,
            new String(payload, CODE_BYTES, count - CODE_BYTES, StandardCharsets.UTF_8))
        : refuse(WebSocket.NOT_UTF8, "a close reason that is not UTF-8");
  }

  /**
   * The payload of a close frame.
   *
   * @param code below 0: none, and no reason
   * @param reason in UTF-8
   */
  static byte[] payload(final int code, final byte[] reason) {
    if (code < 0) {
      return reason;
    }
    final byte[] payload = new byte[CODE_BYTES + reason.length];
    payload[0] = (byte) (code >> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, CODE_BYTES, reason.length);
    return payload;
  }

  private static CloseFrame refuse(final int code, final String why) {
    return new CloseFrame(true, code, why);
  }

  /** The code that answers it; below 0: none. */
  int answer() {
    return code == WebSocket.NO_CODE ? -1 : code;
  }
}
