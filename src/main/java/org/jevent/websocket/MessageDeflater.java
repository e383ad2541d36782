package org.jevent.websocket;

import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import org.jevent.buffer.EventBuffer;

/** Compresses the messages of a connection (RFC 7692, section 7.2.1). */
final class MessageDeflater implements AutoCloseable {
  /** What ends each message, and is not sent. */
  static final int TAIL = 4;

  /** An empty message, with its tail. */
  private static final byte[] EMPTY = {0, 0, 0, (byte) 0xff, (byte) 0xff};

  private final WebSocketLoop loop;
  private final int level;
  private final boolean takeover;
  private Deflater deflater;

  /**
   * @param takeover whether a message refers to those before it
   */
  MessageDeflater(final WebSocketLoop loop, final int level, final boolean takeover) {
    this.loop = loop;
    this.level = level;
    this.takeover = takeover;
  }

  /**
   * Compresses a message.
   *
   * @param message which does not change
   * @param to gets the compressed bytes, and {@link #TAIL} more that are not sent
   * @return how many bytes are to be sent
   */
  long deflate(final EventBuffer message, final EventBuffer to) {
    assert to.isEmpty() : to;
    if (message.isEmpty()) {
      return to.add(EMPTY).length() - TAIL;
    }
    if (deflater == null) {
      deflater = loop.zips.takeDeflater(level);
    }
    final byte[] in = loop.packed;
    for (long at = 0; at < message.length(); ) {
      final int part = (int) Math.min(in.length, message.length() - at);
      message.copyOut(at, in, 0, part);
      deflater.setInput(in, 0, part);
      drain(Deflater.NO_FLUSH, to);
      at += part;
    }
    drain(Deflater.SYNC_FLUSH, to);
    if (!takeover) {
      close();
    }
    return to.length() - TAIL;
  }

  /** The same with a message in an array. */
  long deflate(final byte[] message, final EventBuffer to) {
    try (EventBuffer whole = new EventBuffer()) {
      return deflate(whole.addReference(ByteBuffer.wrap(message), null), to);
    }
  }

  /** Takes all of the input: the first call after a change of the level may take none of it. */
  private void drain(final int flush, final EventBuffer to) {
    int made;
    do {
      made = deflater.deflate(loop.step, 0, WebSocketLoop.STEP, flush);
      to.add(loop.step, 0, made);
    } while (made == WebSocketLoop.STEP || !deflater.needsInput());
  }

  /** Whether a message refers to those before it. */
  boolean hasContext() {
    return takeover;
  }

  @Override
  public void close() {
    if (deflater != null) {
      loop.zips.give(deflater);
      deflater = null;
    }
  }
}
