package org.jevent.internal.engine.ring;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpServer;

/**
 * A server of HTTP whose connections wait for another request. Prints histograms of the heap:
 * before connections are accepted, and when each of them has had an answer.
 */
final class IdleHttpConnections {
  /** Connections before those that count, so that all classes are there. */
  private static final int FEW = 100;

  private static final int ANSWER = 1000;

  private final List<SocketChannel> clients = new ArrayList<>();
  private final EventBase base;
  private final HttpServer server;
  private final ConnectionListener listener;
  private int served;

  private IdleHttpConnections(final EventBase base) {
    this.base = base;
    server = new HttpServer(base);
    server.handle(
        "/",
        exchange -> {
          exchange.respond(200, "Hello\n");
          served++;
        });
    listener =
        ConnectionListener.bind(
            base,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ConnectionListener.CLOSE_ON_FREE,
            IdleConnections.MANY,
            null);
    server.listen(listener);
  }

  public static void main(final String[] arguments) throws Exception {
    try (EventBase base = new EventBase(new EventConfig().method(arguments[0]))) {
      final IdleHttpConnections program = new IdleHttpConnections(base);
      program.connect(FEW);
      program.serve();
      IdleConnections.histogram();
      program.connect(IdleConnections.MANY);
      System.out.println(IdleConnections.histogram());
      program.serve();
      System.out.println(IdleConnections.histogram());
    }
  }

  private void connect(final int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clients.add(SocketChannel.open(listener.address()));
    }
  }

  /** One after the other, so that the pool needs no more for many than for few. */
  private void serve() throws IOException {
    while (server.connections() < clients.size()) {
      base.loop(EventBase.LOOP_ONCE);
    }
    final ByteBuffer request =
        ByteBuffer.wrap(
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    final ByteBuffer answer = ByteBuffer.allocate(ANSWER);
    for (final SocketChannel client : clients) {
      client.write(request.rewind());
      for (final int before = served; served == before; ) {
        base.loop(EventBase.LOOP_ONCE);
      }
      base.loop(EventBase.LOOP_NONBLOCK);
      client.read(answer.clear());
    }
  }
}
