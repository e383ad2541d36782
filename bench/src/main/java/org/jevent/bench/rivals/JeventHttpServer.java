package org.jevent.bench.rivals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jevent.EventBase;
import org.jevent.buffer.FileSegment;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;

/** This library's server on one loop, on its default engine. */
final class JeventHttpServer implements Rival {
  private final EventBase base = new EventBase();
  private final HttpServer server = new HttpServer(base);
  private final FileSegment file;

  JeventHttpServer(final Path file) {
    this.file = FileSegment.open(base, file);
  }

  @Override
  public String style() {
    return "jevent";
  }

  @Override
  public String engine() {
    return base.method();
  }

  private static void bytes(final HttpExchange exchange, final byte[] body) {
    exchange.header("Content-Type", HttpContent.TYPE).respond(200, body);
  }

  @Override
  public int open(final int port, final boolean rot13) throws IOException {
    server.limits(HttpServerLimits.DEFAULT.connections(20_000));
    server.handle("/hello", exchange -> bytes(exchange, HttpContent.HELLO));
    server.handle("/10k", exchange -> bytes(exchange, HttpContent.TEN_KB));
    server.handle(
        "/file", exchange -> exchange.header("Content-Type", HttpContent.TYPE).respond(200, file));
    server.handle("/post", exchange -> exchange.readBody(whole -> bytes(whole, HttpContent.HELLO)));
    return ((InetSocketAddress)
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).address())
        .getPort();
  }

  @Override
  public void serve() {
    base.dispatch();
  }
}
