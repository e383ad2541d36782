package org.jevent.websocket;

import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * A message that is sent to many sockets: it is framed, and compressed, once. Clients mask each
 * frame anew, so it saves nothing there.
 *
 * <p>Threads: it does not change but for the compressed form, which the first socket with
 * compression makes. Use it in one loop.
 */
public final class PreparedMessage {
  private final int opcode;
  private final byte[] payload;
  private byte[] plain;
  private byte[] compressed;
  private boolean grows;

  private PreparedMessage(final int opcode, final byte[] payload) {
    this.opcode = opcode;
    this.payload = payload;
  }

  /** A text. */
  public static PreparedMessage text(final String text) {
    return new PreparedMessage(Opcode.TEXT, Texts.encode(text));
  }

  /** A binary message with a copy of these bytes. */
  public static PreparedMessage binary(final byte[] bytes) {
    return new PreparedMessage(Opcode.BINARY, Objects.requireNonNull(bytes, "bytes").clone());
  }

  /** Whether it is text. */
  public boolean isText() {
    return opcode == Opcode.TEXT;
  }

  /** How many bytes its payload has, before compression. */
  public int length() {
    return payload.length;
  }

  int opcode() {
    return opcode;
  }

  byte[] payload() {
    return payload;
  }

  /**
   * The frame, which does not change.
   *
   * @param deflate how to compress it, or null
   */
  byte[] frame(final WebSocketLoop loop, final DeflateConfig deflate) {
    return deflate == null || payload.length < deflate.threshold() || grows
        ? plain(loop)
        : compressed(loop, deflate);
  }

  private byte[] plain(final WebSocketLoop loop) {
    if (plain == null) {
      plain = frame(loop, Opcode.FIN | opcode, payload);
    }
    return plain;
  }

  private byte[] compressed(final WebSocketLoop loop, final DeflateConfig deflate) {
    if (compressed == null) {
      final EventBuffer packed = loop.compressed;
      try (MessageDeflater deflater = new MessageDeflater(loop, deflate.level(), false)) {
        final long count = deflater.deflate(payload, packed);
        if (count >= payload.length) {
          grows = true;
          return plain(loop);
        }
        compressed = frame(loop, Opcode.FIN | Opcode.RSV1 | opcode, packed.readBytes((int) count));
      } finally {
        packed.drain(packed.length());
      }
    }
    return compressed;
  }

  private static byte[] frame(final WebSocketLoop loop, final int first, final byte[] payload) {
    try (EventBuffer frame = new EventBuffer()) {
      FrameWriter.addHead(frame, loop.head, first, payload.length);
      frame.add(payload);
      return frame.toByteArray();
    }
  }

  @Override
  public String toString() {
    return "prepared "
        + (isText() ? "text" : "binary message")
        + " of "
        + payload.length
        + " bytes";
  }
}
