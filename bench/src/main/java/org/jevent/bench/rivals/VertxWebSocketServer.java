package org.jevent.bench.rivals;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Vert.x on one event loop, with its native transport where it has it. */
final class VertxWebSocketServer implements Rival {
  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
  private final List<ServerWebSocket> room = new ArrayList<>();

  @Override
  public String style() {
    return "vertx";
  }

  @Override
  public String engine() {
    return vertx.isNativeTransportEnabled() ? "native" : "nio";
  }

  private void open(final ServerWebSocket socket) {
    if (socket.path().equals(WebSocketRival.BROADCAST)) {
      room.add(socket);
      socket.closeHandler(end -> room.remove(socket));
      socket.binaryMessageHandler(
          message -> room.forEach(each -> each.writeBinaryMessage(message)));
    } else {
      socket.binaryMessageHandler(socket::writeBinaryMessage);
      socket.textMessageHandler(socket::writeTextMessage);
    }
  }

  @Override
  public int open(final int port, final boolean rot13) {
    final HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setMaxWebSocketFrameSize(WebSocketRival.MAX_MESSAGE)
                    .setMaxWebSocketMessageSize(WebSocketRival.MAX_MESSAGE))
            .webSocketHandler(this::open)
            .listen()
            .await();
    return server.actualPort();
  }

  @Override
  public void serve() {
    try {
      new CountDownLatch(1).await();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
