package org.jevent.websocket;

/** The kinds of frames, and the bits of their first byte (RFC 6455, section 5.2). */
final class Opcode {
  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /** The last frame of a message. */
  static final int FIN = 0x80;

  /** The message is compressed (RFC 7692). */
  static final int RSV1 = 0x40;

  /** What no extension uses. */
  static final int RSV2_AND_3 = 0x30;

  private static final int BITS = 0xf;

  private Opcode() {}

  /** The opcode in the first byte. */
  static int of(final int first) {
    return first & BITS;
  }

  static boolean isControl(final int opcode) {
    return opcode >= CLOSE;
  }

  static boolean isKnown(final int opcode) {
    return opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG);
  }
}
