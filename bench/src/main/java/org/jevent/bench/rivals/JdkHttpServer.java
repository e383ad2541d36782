package org.jevent.bench.rivals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The JDK's server, which answers in its dispatcher. Start it with sun.net.httpserver.nodelay. */
final class JdkHttpServer implements Rival {
  private final Path file;

  JdkHttpServer(final Path file) {
    this.file = file;
  }

  @Override
  public String style() {
    return "jdk";
  }

  @Override
  public String engine() {
    return "nio";
  }

  private void answer(final HttpExchange exchange) throws IOException {
    final String path = exchange.getRequestURI().getPath();
    exchange.getResponseHeaders().set("Content-Type", HttpContent.TYPE);
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      body.skipNBytes(Math.max(0, body.available()));
      while (body.read() >= 0) {
        body.skip(body.available());
      }
      if (path.equals("/file")) {
        exchange.sendResponseHeaders(200, Files.size(file));
        Files.copy(file, exchange.getResponseBody());
      } else {
        final byte[] answer = HttpContent.of(path);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    }
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    final HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    server.createContext("/", this::answer);
    server.start();
    return server.getAddress().getPort();
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
