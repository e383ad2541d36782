package org.jevent.examples.guide;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Signals;
import org.jevent.http.HttpServer;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.MessageWriter;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A subprotocol, an origin, large messages in parts both ways, and an end that says so. */
public final class WebSocketService {
  private static final int NUMBERS = 1_000_000;
  private static final long MAX_UPLOAD = 1L << 30;

  private WebSocketService() {}

  public static void main(final String[] arguments) {
    final WebSocketConfig config =
        WebSocketConfig.DEFAULT
            .protocols("numbers.v2", "numbers.v1")
            .requireProtocol(true)
            .origin((origin, exchange) -> "https://www.example.com".equals(origin))
            .deflate(DeflateConfig.DEFAULT)
            .pingInterval(Duration.ofSeconds(20));
    try (EventBase base = new EventBase();
        HttpServer server = new HttpServer(base);
        Event terminate =
            base.newSignal(
                Signals.TERM.number(base),
                (event, what) -> server.drain(Duration.ofSeconds(10), base::loopExit))) {
      server.handle("/numbers", WebSocket.accept(config, WebSocketService::numbers));
      server.handle(
          "/upload",
          WebSocket.accept(
              config.maxFrame(MAX_UPLOAD).maxMessage(MAX_UPLOAD), WebSocketService::upload));
      terminate.add();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080));
      base.dispatch();
    }
  }

  /** A long message out, as fast as the client takes it. */
  private static void numbers(final WebSocket socket) {
    final MessageWriter message = socket.startMessage(true);
    final int[] next = {0};
    socket.onWritable(self -> write(self, message, next));
    write(socket, message, next);
  }

  private static void write(final WebSocket socket, final MessageWriter message, final int[] next) {
    while (socket.isWritable() && next[0] < NUMBERS) {
      message.write(next[0]++ + "\n");
    }
    if (next[0] == NUMBERS) {
      next[0]++;
      message.end();
      socket.close(WebSocket.NORMAL, "that was all");
    }
  }

  /** Long messages in; none is ever held whole. */
  private static void upload(final WebSocket socket) {
    final long[] count = {0};
    socket.onFragment(
        (self, bytes, text, last) -> {
          count[0] += bytes.length();
          if (last) {
            self.send(count[0] + " bytes");
            count[0] = 0;
          }
        });
  }
}
