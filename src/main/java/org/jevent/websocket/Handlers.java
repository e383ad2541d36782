package org.jevent.websocket;

import java.util.Arrays;
import org.jevent.buffer.EventBuffer;

/** The handlers of the program for one socket. What they throw ends the connection with 1011. */
final class Handlers {
  private static final byte[] EMPTY = {};

  private final WebSocket socket;
  private final Session session;
  WebSocket.MessageHandler onMessage;
  WebSocket.TextHandler onText;
  WebSocket.BinaryHandler onBinary;
  WebSocket.FragmentHandler onFragment;
  WebSocket.ControlHandler onPing;
  WebSocket.ControlHandler onPong;
  WebSocket.WritableHandler onWritable;
  WebSocket.CloseHandler onClose;

  /** Made for the first message that is delivered with it. */
  private WebSocketMessage message;

  /**
   * @param session gets what a handler throws
   */
  Handlers(final WebSocket socket, final Session session) {
    this.socket = socket;
    this.session = session;
  }

  /** A message has come, or a part of one. It is not {@link #guarded}, as that makes an object. */
  void message(final Inbox inbox, final boolean last) {
    if (!last && onFragment == null) {
      return;
    }
    final EventBuffer data = inbox.data();
    try {
      if (onFragment != null) {
        onFragment.fragment(socket, data, inbox.isText(), last);
      } else {
        whole(inbox.isText(), data);
      }
      data.drain(data.length());
    } catch (final Throwable thrown) {
      session.handlerFailed(thrown);
    }
  }

  private void whole(final boolean text, final EventBuffer data) {
    if (text && onText != null) {
      onText.text(socket, Texts.decode(data));
    } else if (!text && onBinary != null) {
      onBinary.binary(socket, data);
    } else if (onMessage != null) {
      if (message == null) {
        message = new WebSocketMessage(data);
      }
      message.begin(text);
      onMessage.message(socket, message);
    }
  }

  void pinged(final byte[] payload, final int count) {
    control(onPing, payload, count);
  }

  void ponged(final byte[] payload, final int count) {
    control(onPong, payload, count);
  }

  private void control(
      final WebSocket.ControlHandler handler, final byte[] payload, final int count) {
    if (handler != null) {
      guarded(() -> handler.control(socket, count == 0 ? EMPTY : Arrays.copyOf(payload, count)));
    }
  }

  void writable() {
    if (onWritable != null) {
      guarded(() -> onWritable.writable(socket));
    }
  }

  void closed(final int code, final String reason, final boolean clean) {
    if (onClose != null) {
      guarded(() -> onClose.closed(socket, code, reason, clean));
    }
  }

  /** Runs a handler; what it throws ends the connection. */
  void guarded(final Runnable handler) {
    try {
      handler.run();
    } catch (final Throwable thrown) {
      session.handlerFailed(thrown);
    }
  }
}
