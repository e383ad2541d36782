package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.PreparedMessage;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketMessage;

/** This library's server on one loop, on its default engine. */
final class JeventWebSocketServer implements Rival {
  private final EventBase base = new EventBase();
  private final HttpServer server = new HttpServer(base);
  private final List<WebSocket> room = new ArrayList<>();

  @Override
  public String style() {
    return "jevent";
  }

  @Override
  public String engine() {
    return base.method();
  }

  private void broadcast(final WebSocketMessage message) {
    final PreparedMessage prepared = PreparedMessage.binary(message.bytes());
    for (int i = 0; i < room.size(); i++) {
      room.get(i).send(prepared);
    }
  }

  private void enter(final WebSocket socket) {
    room.add(socket);
    socket
        .onMessage((self, message) -> broadcast(message))
        .onClose((self, code, reason, clean) -> room.remove(self));
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    final WebSocketConfig config =
        WebSocketConfig.DEFAULT
            .maxFrame(WebSocketRival.MAX_MESSAGE)
            .maxMessage(WebSocketRival.MAX_MESSAGE)
            .deflate(DeflateConfig.DEFAULT);
    server.limits(HttpServerLimits.DEFAULT.connections(40_000));
    server.handle(
        "/echo",
        WebSocket.accept(
            config, socket -> socket.onMessage((self, message) -> self.send(message))));
    server.handle(WebSocketRival.BROADCAST, WebSocket.accept(config, this::enter));
    return ((InetSocketAddress)
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).address())
        .getPort();
  }

  @Override
  public void serve() {
    base.dispatch();
  }
}
