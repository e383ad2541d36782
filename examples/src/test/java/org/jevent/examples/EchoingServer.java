package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.http.HttpServer;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.OriginCheck;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketMessage;

/**
 * A server of WebSockets in a thread of this process. It echoes; asked by {@code close CODE REASON}
 * it closes so.
 */
final class EchoingServer implements AutoCloseable {
  private static final String CLOSE = "close ";

  private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private final EventBase base;
  private final Thread thread;
  private final int port;

  /**
   * @param deflate how to compress; null: not at all
   */
  EchoingServer(final DeflateConfig deflate) {
    base =
        new EventBase(new EventConfig().exceptionHandler((source, thrown) -> failures.add(thrown)));
    final HttpServer server = new HttpServer(base);
    final WebSocketConfig config = WebSocketConfig.DEFAULT.origin(OriginCheck.ANY).deflate(deflate);
    server.handle("/", WebSocket.accept(config, this::serve));
    port =
        ((InetSocketAddress)
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).address())
            .getPort();
    thread =
        new Thread(
            () -> {
              base.dispatch();
              server.close();
              base.close();
            },
            "echo");
    thread.start();
  }

  private void serve(final WebSocket socket) {
    socket.onMessage(EchoingServer::answer);
    socket.onClose((self, code, reason, clean) -> ends.add(code + " " + reason + " " + clean));
  }

  private static void answer(final WebSocket self, final WebSocketMessage message) {
    final String text = message.isText() && message.length() < 100 ? message.text() : "";
    if (text.startsWith(CLOSE)) {
      final String[] words = text.split(" ");
      self.close(Integer.parseInt(words[1]), words[2]);
    } else {
      self.send(message);
    }
  }

  int port() {
    return port;
  }

  String url() {
    return "ws://127.0.0.1:" + port + "/";
  }

  /** How the next connection has ended: code, reason, and whether that was clean. */
  String end() throws InterruptedException {
    return ends.poll(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    base.execute(base::loopBreak);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    assertThat(failures).isEmpty();
  }
}
