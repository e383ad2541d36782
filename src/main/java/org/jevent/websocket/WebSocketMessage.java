package org.jevent.websocket;

import org.jevent.buffer.EventBuffer;

/** A whole message, as {@link WebSocket.MessageHandler} gets it. It is valid until that returns. */
public final class WebSocketMessage {
  private final EventBuffer data;
  private boolean text;

  WebSocketMessage(final EventBuffer data) {
    this.data = data;
  }

  void begin(final boolean isText) {
    text = isText;
  }

  /** Whether it is text, whose bytes are UTF-8; else it is binary. */
  public boolean isText() {
    return text;
  }

  /** How many bytes it has. */
  public long length() {
    return data.length();
  }

  /**
   * Its bytes, which may be moved elsewhere; what is left of them is dropped. A program that wants
   * to keep them moves them.
   */
  public EventBuffer data() {
    return data;
  }

  /** Its bytes as text in UTF-8; they stay where they are. */
  public String text() {
    return Texts.decode(data);
  }

  /** A copy of its bytes. */
  public byte[] bytes() {
    return data.toByteArray();
  }

  @Override
  public String toString() {
    return (text ? "text of " : "binary message of ") + data.length() + " bytes";
  }
}
