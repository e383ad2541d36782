package org.jevent.websocket;

import java.util.Objects;
import org.jevent.buffer.EventBuffer;

/**
 * A message that is sent in parts, each of which is a frame. It ends with {@link #end}; pings and
 * the end of the connection may come in between.
 */
public final class MessageWriter {
  private final WebSocket socket;
  private final Utf8 utf8;
  private int next;
  private boolean ended;

  /** A part is on its way out, whose buffer may run code of the program. */
  private boolean writing;

  MessageWriter(final WebSocket socket, final boolean text) {
    this.socket = socket;
    utf8 = text ? new Utf8() : null;
    next = text ? Opcode.TEXT : Opcode.BINARY;
  }

  /**
   * Sends a part of a text.
   *
   * @return false if the socket is closing or closed
   * @throws IllegalStateException if the message is binary, or has ended
   */
  public boolean write(final String text) {
    Objects.requireNonNull(text, "text");
    if (utf8 == null) {
      throw new IllegalStateException("the message is binary: " + socket);
    }
    return write(Texts.encode(text));
  }

  /**
   * Sends a part with a copy of these bytes.
   *
   * @throws IllegalArgumentException if the message is text, and is not UTF-8 with them; nothing of
   *     them is sent
   */
  public boolean write(final byte[] bytes) {
    Objects.requireNonNull(bytes, "bytes");
    requireOpen();
    if (!socket.mayQueue(bytes.length)) {
      return false;
    }
    if (utf8 != null && !utf8.take(bytes, 0, bytes.length)) {
      throw notUtf8();
    }
    socket.session().sender().frame(next, bytes);
    return sent();
  }

  /** Sends all bytes of a buffer, which is empty then, as a part. */
  public boolean write(final EventBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes");
    requireOpen();
    if (!socket.mayQueue(bytes.length())) {
      bytes.drain(bytes.length());
      return false;
    }
    if (utf8 != null && !bytes.forEachSegment(0, -1, utf8)) {
      throw notUtf8();
    }
    writing = true;
    try {
      return socket.session().sender().frame(next, bytes, bytes.length()) && sent();
    } finally {
      writing = false;
    }
  }

  private boolean sent() {
    next = Opcode.CONTINUATION;
    socket.session().sent();
    return true;
  }

  /**
   * Ends the message.
   *
   * @throws IllegalArgumentException if it is text that ends within a character; the connection is
   *     dropped then, as the message cannot be ended
   */
  public boolean end() {
    requireOpen();
    ended = true;
    socket.messageEnded();
    if (!socket.mayQueue(0)) {
      return false;
    }
    if (utf8 != null && !utf8.isComplete()) {
      socket.close();
      throw notUtf8();
    }
    socket.session().sender().frame(Opcode.FIN | next, new byte[0]);
    socket.session().sent();
    return true;
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the message has ended: " + socket);
    }
    if (writing) {
      throw new IllegalStateException("a part of the message is being written: " + socket);
    }
  }

  private IllegalArgumentException notUtf8() {
    return new IllegalArgumentException("the text is not UTF-8: " + socket);
  }
}
