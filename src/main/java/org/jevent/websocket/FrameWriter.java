package org.jevent.websocket;

import org.jevent.buffer.EventBuffer;

/** Writes frames, masked where this end is a client. It allocates nothing. */
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

  private int addHead(final EventBuffer to, final int first, final long length) {
    final int mask = masks ? loop.masking.next() : 0;
    to.add(loop.head, 0, head(loop.head, first, length, masks, mask));
    return mask;
  }

  /** A frame whose payload are the first bytes of an array, which does not change. */
  void add(final EventBuffer to, final int first, final byte[] payload, final int count) {
    final int mask = addHead(to, first, count);
    if (!masks) {
      to.add(payload, 0, count);
      return;
    }
    for (int done = 0; done < count; ) {
      final int part = Math.min(WebSocketLoop.STEP, count - done);
      System.arraycopy(payload, done, loop.step, 0, part);
      Masking.apply(loop.step, part, mask, done);
      to.add(loop.step, 0, part);
      done += part;
    }
  }

  /** A frame whose payload are the first bytes of a buffer, which it loses. */
  void add(final EventBuffer to, final int first, final EventBuffer payload, final long count) {
    final int mask = addHead(to, first, count);
    if (!masks) {
      move(payload, to, count);
      return;
    }
    final EventBuffer masked = loop.masked;
    assert masked.isEmpty() && payload != masked : masked;
    try {
      move(payload, masked, count);
      Masking.apply(masked, 0, count, mask, 0);
      to.add(masked);
    } finally {
      masked.drain(masked.length()); // nothing of it may reach another connection
    }
  }

  private static void move(final EventBuffer from, final EventBuffer to, final long count) {
    if (count == from.length()) {
      to.add(from);
    } else {
      from.removeTo(to, count);
    }
  }
}
