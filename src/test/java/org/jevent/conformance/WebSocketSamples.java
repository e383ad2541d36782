package org.jevent.conformance;

import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.OriginCheck;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.Role;
import org.jevent.websocket.SocketState;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.jevent.websocket.WebSocketMessage;

/** Samples of WebSockets, and of what they take. */
final class WebSocketSamples {
  private WebSocketSamples() {}

  static void put(final Bases bases, final EventBase base, final DnsSamples.Sink sink) {
    sink.put(DeflateConfig.class, () -> DeflateConfig.DEFAULT);
    sink.put(WebSocketConfig.class, () -> WebSocketConfig.DEFAULT);
    sink.put(OriginCheck.class, () -> OriginCheck.ANY);
    sink.put(Role.class, () -> Role.SERVER);
    sink.put(SocketState.class, () -> SocketState.OPEN);
    sink.put(PreparedMessage.class, () -> PreparedMessage.text("text"));
    sink.put(WebSocketException.class, () -> new WebSocketException("on purpose", 404, null, null));
    sink.put(WebSocket.MessageHandler.class, () -> (self, message) -> {});
    sink.put(WebSocket.TextHandler.class, () -> (self, text) -> {});
    sink.put(WebSocket.BinaryHandler.class, () -> (self, bytes) -> {});
    sink.put(WebSocket.FragmentHandler.class, () -> (self, bytes, text, last) -> {});
    sink.put(WebSocket.ControlHandler.class, () -> (self, payload) -> {});
    sink.put(WebSocket.WritableHandler.class, () -> self -> {});
    sink.put(WebSocket.CloseHandler.class, () -> (self, code, reason, clean) -> {});
    sink.put(WebSocket.ConnectCallback.class, () -> (socket, problem) -> {});
    sink.put(WebSocket.class, () -> pair(bases, base)[0]);
    sink.put(MessageWriter.class, () -> pair(bases, base)[0].startMessage(false));
    sink.put(WebSocketMessage.class, () -> message(bases, base));
  }

  /** A server's socket and a client's. */
  private static WebSocket[] pair(final Bases bases, final EventBase base) {
    final BufferEvent[] ends = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    return new WebSocket[] {
      bases.later(WebSocket.over(ends[0], Role.SERVER, WebSocketConfig.DEFAULT)),
      bases.later(WebSocket.over(ends[1], Role.CLIENT, WebSocketConfig.DEFAULT))
    };
  }

  /** One that has come, and whose handler has returned. */
  private static WebSocketMessage message(final Bases bases, final EventBase base) {
    final WebSocket[] ends = pair(bases, base);
    final WebSocketMessage[] got = new WebSocketMessage[1];
    ends[0].onMessage((self, message) -> got[0] = message);
    ends[1].send("text");
    Streams.run(base, () -> got[0] != null);
    return got[0];
  }
}
