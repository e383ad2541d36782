package org.jevent.websocket;

import org.jevent.buffer.EventBuffer;

/** Makes frames, masked where this end is a client. It allocates nothing. */
final class FrameWriter {
  private static final int SHORT = 126;
  private static final int LONG = 127;
  private static final int MASKED = 0x80;
  private static final int MAX_SHORT = 0xffff;

  private final WebSocketLoop loop;
  private final boolean masks;

  /**
   * @param role of this end
   */
  FrameWriter(final WebSocketLoop loop, final Role role) {
    this.loop = loop;
    masks = role == Role.CLIENT;
  }

  /** Writes a head into an array of {@link FrameReader#MAX_HEAD}; returns its length. */
  private static int head(
      final byte[] head, final int first, final long length, final boolean masks, final int mask) {
    head[0] = (byte) first;
    final int bit = masks ? MASKED : 0;
    int at = 2;
    if (length < SHORT) {
      head[1] = (byte) (bit | (int) length);
    } else if (length <= MAX_SHORT) {
      head[1] = (byte) (bit | SHORT);
      at = number(head, length, 2);
    } else {
      head[1] = (byte) (bit | LONG);
      at = number(head, length, Long.BYTES);
    }
    if (masks) {
      Masking.write(head, at, mask);
      at += Integer.BYTES;
    }
    return at;
  }

  private static int number(final byte[] head, final long value, final int bytes) {
    for (int i = 0; i < bytes; i++) {
      head[2 + i] = (byte) (value >>> ((bytes - 1 - i) * Byte.SIZE));
    }
    return 2 + bytes;
  }

  /** The head of a frame without a mask. */
  static void addHead(
      final EventBuffer to, final byte[] scratch, final int first, final long length) {
    to.add(scratch, 0, head(scratch, first, length, false, 0));
  }

  private int newMask() {
    return masks ? loop.masking.next() : 0;
  }

  /** Whether a frame with that many bytes of payload fits into {@link WebSocketLoop#step}. */
  static boolean isShort(final long count) {
    return count <= WebSocketLoop.STEP - FrameReader.MAX_HEAD;
  }

  /**
   * Writes a short frame, whose payload are the first bytes of an array, into {@link
   * WebSocketLoop#step}; returns its length.
   */
  int write(final int first, final byte[] payload, final int count) {
    assert isShort(count) : count;
    final byte[] frame = loop.step;
    final int mask = newMask();
    final int from = head(frame, first, count, masks, mask);
    System.arraycopy(payload, 0, frame, from, count);
    return end(frame, from, count, mask);
  }

  private int end(final byte[] frame, final int from, final int count, final int mask) {
    if (masks) {
      Masking.apply(frame, from, count, mask);
    }
    return from + count;
  }

  /** The same with a copy of the first bytes of a buffer. */
  int write(final int first, final EventBuffer payload, final int count) {
    assert isShort(count) : count;
    final byte[] frame = loop.step;
    final int mask = newMask();
    final int from = head(frame, first, count, masks, mask);
    payload.copyOut(0, frame, from, count);
    return end(frame, from, count, mask);
  }

  /** Adds a frame whose payload is an array, which does not change, to an empty buffer. */
  void add(final EventBuffer frame, final int first, final byte[] payload) {
    final int mask = newMask();
    addHead(frame, first, payload.length, mask);
    final long from = frame.length();
    frame.add(payload);
    if (masks) {
      Masking.apply(frame, from, payload.length, mask, 0);
    }
  }

  /**
   * Adds a frame whose payload are the first bytes of a buffer, which loses them, to an empty
   * buffer. Code of the program may run meanwhile: that which releases what the buffer refers to.
   */
  void add(final EventBuffer frame, final int first, final EventBuffer payload, final long count) {
    final int mask = newMask();
    addHead(frame, first, count, mask);
    final long from = frame.length();
    if (count == payload.length()) {
      frame.add(payload);
    } else {
      payload.removeTo(frame, count);
    }
    if (masks) {
      Masking.apply(frame, from, count, mask, 0);
    }
  }

  private void addHead(
      final EventBuffer frame, final int first, final long length, final int mask) {
    assert frame.isEmpty() : frame;
    frame.add(loop.head, 0, head(loop.head, first, length, masks, mask));
  }
}
