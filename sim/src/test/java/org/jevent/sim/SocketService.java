package org.jevent.sim;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.ErrnoException;
import org.jevent.http.HttpServer;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;

/** A server of WebSockets that talk as {@link SocketTalk} does. */
final class SocketService {
  static final int PORT = 8081;

  private final Choices choices;
  private final SocketTalk.Book book;
  private final WebSocketConfig config;
  private final TlsContext tls;
  private final boolean isCalm;

  /** Those since the server has started. */
  private final List<SocketTalk> talks = new ArrayList<>();

  private EventBase base;
  private HttpServer server;
  private boolean drains;

  /**
   * @param tls null for TCP
   */
  SocketService(
      final Choices choices,
      final SocketTalk.Book book,
      final WebSocketConfig config,
      final TlsContext tls,
      final boolean isCalm) {
    this.choices = choices;
    this.book = book;
    this.config = config;
    this.tls = tls;
    this.isCalm = isCalm;
  }

  EventBase base() {
    return base;
  }

  HttpServer server() {
    return server;
  }

  void drain(final Runnable done) {
    drains = true;
    talks.forEach(SocketTalk::drained);
    server.drain(Duration.ofMinutes(2), done);
  }

  List<SocketTalk> talks() {
    return talks;
  }

  void open() {
    talks.clear();
    base = new EventBase(new EventConfig().exceptionHandler(SocketService::thrown));
    server = new HttpServer(base);
    if (isCalm) {
      server.limits(HttpCampaignTest.Pair.patient());
    }
    if (tls != null) {
      server.streamFactory(
          (loop, socket) ->
              Tls.socket(loop, socket, tls, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE));
    }
    server.handle("/", WebSocket.accept(config, this::accepted));
    bind();
  }

  private void accepted(final WebSocket socket) {
    final int id = Integer.parseInt(socket.handshake().first(SocketTalk.ID));
    final SocketTalk made = new SocketTalk(socket, choices, id, book.of(id, Role.CLIENT), isCalm);
    book.of(id, Role.SERVER).add(made);
    talks.add(made);
    if (drains) {
      made.drained();
    }
  }

  /** Without a descriptor it tries again. */
  private void bind() {
    try {
      server.bind(new InetSocketAddress(PORT));
    } catch (final ErrnoException e) {
      base.once(null, Event.TIMEOUT, Duration.ofSeconds(1), (self, what) -> bind());
    }
  }

  static void thrown(final Object source, final Throwable problem) {
    if (!(source instanceof ConnectionListener)) { // which tries again
      throw new AssertionError(source + " has thrown", problem);
    }
  }

  /** All connections end. */
  void close() {
    server.close();
    if (server.connections() != 0 || !talks.stream().allMatch(SocketTalk::isOver)) {
      throw new AssertionError("found " + server + " " + talks);
    }
  }
}
