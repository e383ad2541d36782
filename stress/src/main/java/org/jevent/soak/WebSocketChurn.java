package org.jevent.soak;

import java.net.InetSocketAddress;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpServer;
import org.jevent.net.NetOption;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.jevent.websocket.WebSocketMessage;

/** Sockets that have some messages echoed, plain and compressed, and end well, cut off or reset. */
final class WebSocketChurn extends Churn {
  private static final int LARGE = 100_000;
  private static final int SMALL = 300;
  private static final int MESSAGES = 20;
  private static final long PAUSE = 40_000_000;

  private final WebSocketConfig[] configs = {
    WebSocketConfig.DEFAULT,
    WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT),
    WebSocketConfig.DEFAULT.deflate(DeflateConfig.DEFAULT.contextTakeover(true))
  };
  private final HttpServer server;
  private final HttpClient client;
  private final String uri;

  WebSocketChurn(final Ground ground) {
    super(ground);
    server = new HttpServer(base);
    server.handle(
        "/echo",
        WebSocket.accept(
            configs[2], socket -> socket.onMessage((self, message) -> self.send(message))));
    final InetSocketAddress address = (InetSocketAddress) server.bind(Ground.ANY_PORT).address();
    client = HttpClient.builder(base).build();
    uri = "ws://127.0.0.1:" + address.getPort() + "/echo";
  }

  @Override
  long pause() {
    return PAUSE;
  }

  @Override
  void round() {
    new Talk().begin();
  }

  private final class Talk {
    private final int seed = random.nextInt();
    private int left = some(MESSAGES);
    private int size;
    private boolean isText;
    private boolean ends;

    void begin() {
      WebSocket.connect(client, uri, configs[random.nextInt(configs.length)], this::connected);
    }

    private void connected(final WebSocket socket, final WebSocketException problem) {
      if (problem != null) {
        fail("no connection: " + problem);
        over();
        return;
      }
      socket.onMessage(this::came);
      socket.onClose(
          (self, code, reason, clean) -> {
            if (!ends || !clean) {
              fail("ended by " + code + " " + reason + ", " + left + " messages are left");
            }
            over();
          });
      send(socket);
    }

    private void send(final WebSocket socket) {
      size = random.nextInt(4) == 0 ? some(LARGE) : some(SMALL);
      isText = random.nextBoolean();
      if (random.nextInt(4) == 0) {
        socket.ping(new byte[random.nextInt(WebSocket.MAX_CONTROL)]);
      }
      final boolean sent = isText ? socket.send(text()) : socket.send(Pattern.bytes(seed, 0, size));
      if (!sent) {
        fail("a message cannot be sent");
      }
    }

    private String text() {
      return "aé€𝄞".repeat(1 + size / 4);
    }

    private void came(final WebSocket socket, final WebSocketMessage message) {
      final boolean same =
          isText
              ? message.isText() && message.text().equals(text())
              : message.length() == size && Pattern.mismatch(seed, 0, message.bytes(), size) < 0;
      if (!same) {
        fail("a message of " + size + " bytes has come back as another one");
      }
      checked((int) message.length());
      if (--left > 0) {
        send(socket);
      } else {
        end(socket);
      }
    }

    private void end(final WebSocket socket) {
      ends = true;
      switch (random.nextInt(3)) {
        case 0 -> socket.close(WebSocket.NORMAL, "enough");
        case 1 -> {
          socket.onClose(null);
          socket.close();
          over();
        }
        default -> {
          socket.onClose(null);
          socket.stream().handle().set(NetOption.LINGER, 0);
          socket.close();
          over();
        }
      }
    }
  }

  @Override
  void close() {
    client.close();
    server.close();
  }
}
