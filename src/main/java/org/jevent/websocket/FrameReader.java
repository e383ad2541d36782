package org.jevent.websocket;

import org.jevent.buffer.EventBuffer;

/**
 * Reads the heads of frames, and refuses those that a peer of the other role may not send (RFC
 * 6455, section 5). The payload is the caller's to take.
 */
final class FrameReader {
  /** The longest head: two bytes, a length of eight and a mask. */
  static final int MAX_HEAD = 14;

  private static final int SHORT = 126;
  private static final int LONG = 127;
  private static final int LENGTH_BITS = 0x7f;
  private static final int MASKED = 0x80;
  private static final int MAX_SHORT = 0xffff;

  /** What a look at the input has found. */
  enum Step {
    /** More bytes are needed. */
    INCOMPLETE,
    /** A head was taken from the input. */
    HEAD,
    /** What comes is no frame, or too long; nothing behind it may be read. */
    REFUSED
  }

  /** What waits for a continuation. */
  private enum Message {
    NONE,
    UNDER_WAY
  }

  private final boolean masked;
  private final boolean compression;
  private final long maxFrame;
  private Message message = Message.NONE;
  private int first;
  private long length;
  private long taken;
  private int mask;
  private int code;
  private String reason;

  /**
   * @param role of this end
   * @param compression whether frames may say that their message is compressed
   */
  FrameReader(final Role role, final boolean compression, final long maxFrame) {
    masked = role == Role.SERVER;
    this.compression = compression;
    this.maxFrame = maxFrame;
  }

  /**
   * Takes a head from the input.
   *
   * @param scratch {@link #MAX_HEAD} bytes
   */
  Step read(final EventBuffer input, final byte[] scratch) {
    final int there = input.copyOut(scratch);
    if (there < 2) {
      return incomplete();
    }
    first = scratch[0] & 0xff;
    final int second = scratch[1] & 0xff;
    if (!mayBegin(second)) {
      return Step.REFUSED;
    }
    final int field = second & LENGTH_BITS;
    final int lengthBytes = field < SHORT ? 0 : field == SHORT ? 2 : Long.BYTES;
    if (there < 2 + lengthBytes) {
      return incomplete();
    }
    length = lengthBytes == 0 ? field : number(scratch, lengthBytes);
    if (!isLength(field)) {
      return Step.REFUSED;
    }
    final int size = 2 + lengthBytes + (masked ? Integer.BYTES : 0);
    if (there < size) {
      return incomplete();
    }
    mask = masked ? Masking.read(scratch, 2 + lengthBytes) : 0;
    input.drain(size);
    taken = 0;
    if (!isControl()) {
      message = isFinal() ? Message.NONE : Message.UNDER_WAY;
    }
    return Step.HEAD;
  }

  /** Nothing of a payload is there. */
  private Step incomplete() {
    length = 0;
    taken = 0;
    return Step.INCOMPLETE;
  }

  private static long number(final byte[] head, final int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << Byte.SIZE | (head[2 + i] & 0xff);
    }
    return value;
  }

  /** Whether the first two bytes may be those of a frame here. */
  private boolean mayBegin(final int second) {
    final int opcode = opcode();
    if (!Opcode.isKnown(opcode)) {
      return refuse(WebSocket.PROTOCOL_ERROR, "the opcode " + opcode);
    }
    if ((first & Opcode.RSV2_AND_3) != 0) {
      return refuse(WebSocket.PROTOCOL_ERROR, "a reserved bit");
    }
    if ((first & Opcode.RSV1) != 0 && !mayBeCompressed(opcode)) {
      return refuse(WebSocket.PROTOCOL_ERROR, "the bit of compression where it may not be");
    }
    if (((second & MASKED) != 0) != masked) {
      return refuse(
          WebSocket.PROTOCOL_ERROR, masked ? "a frame without a mask" : "a frame with a mask");
    }
    if (Opcode.isControl(opcode)) {
      if (!isFinal()) {
        return refuse(WebSocket.PROTOCOL_ERROR, "a control frame in fragments");
      }
      return (second & LENGTH_BITS) < SHORT
          || refuse(WebSocket.PROTOCOL_ERROR, "a control frame longer than 125 bytes");
    }
    if (opcode == Opcode.CONTINUATION && message == Message.NONE) {
      return refuse(WebSocket.PROTOCOL_ERROR, "a continuation of no message");
    }
    return opcode == Opcode.CONTINUATION
        || message == Message.NONE
        || refuse(WebSocket.PROTOCOL_ERROR, "a message within another one");
  }

  private boolean mayBeCompressed(final int opcode) {
    return compression && (opcode == Opcode.TEXT || opcode == Opcode.BINARY);
  }

  private boolean isLength(final int field) {
    if (field == SHORT && length < SHORT) {
      return refuse(WebSocket.PROTOCOL_ERROR, "the length " + length + " in two bytes");
    }
    if (field == LONG && length >= 0 && length <= MAX_SHORT) {
      return refuse(WebSocket.PROTOCOL_ERROR, "the length " + length + " in eight bytes");
    }
    if (length < 0) {
      return refuse(WebSocket.PROTOCOL_ERROR, "a length of more than 63 bits");
    }
    return length <= maxFrame
        || refuse(
            WebSocket.TOO_BIG,
            "a frame of " + length + " bytes, where " + maxFrame + " are the limit");
  }

  private boolean refuse(final int closeCode, final String why) {
    code = closeCode;
    reason = why;
    return false;
  }

  /** The close code of a refusal. */
  int code() {
    return code;
  }

  /** Why it was refused. */
  String reason() {
    return reason;
  }

  int opcode() {
    return Opcode.of(first);
  }

  boolean isControl() {
    return Opcode.isControl(opcode());
  }

  boolean isFinal() {
    return (first & Opcode.FIN) != 0;
  }

  boolean isCompressed() {
    return (first & Opcode.RSV1) != 0;
  }

  /** The length of the payload. */
  long length() {
    return length;
  }

  /** How much of the payload is still to come. */
  long left() {
    return length - taken;
  }

  /** How much of the payload has come. */
  long taken() {
    return taken;
  }

  void take(final long count) {
    assert count >= 0 && count <= left() : count + " of " + left();
    taken += count;
  }

  /** The four bytes of the mask, the first the lowest; 0: none. */
  int mask() {
    return mask;
  }
}
