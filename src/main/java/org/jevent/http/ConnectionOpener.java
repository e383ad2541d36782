package org.jevent.http;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpException.Kind;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsError;

/** Makes the stream of a connection: look-up, connect, the tunnel of a proxy, TLS. */
final class ConnectionOpener {
  private final ClientContext context;
  private final ClientConnection connection;
  private final Origin origin;
  private final HttpTimeouts times;
  private final SocketBufferEvent socket;

  /** The socket's, or that of TLS above it. */
  private BufferEvent stream;

  private ProxyTunnel tunnel;

  /**
   * Begins to connect.
   *
   * @throws RuntimeException if that cannot begin; there is no stream then
   */
  ConnectionOpener(
      final ClientContext context,
      final ClientConnection connection,
      final Origin origin,
      final HttpTimeouts times) {
    this.context = context;
    this.connection = connection;
    this.origin = origin;
    this.times = times;
    socket = context.sockets.make(origin);
    stream = socket;
    try {
      socket.setCallbacks(null, null, this::event);
      connection.deadline(times.connect());
      SocketMaker.connect(socket, origin, context.resolver);
    } catch (final RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  SocketBufferEvent socket() {
    return socket;
  }

  private void event(final BufferEvent self, final int what) {
    if (self != stream || !connection.state().isOpening()) {
      return;
    }
    if ((what & BufferEvent.CONNECTED) == 0) {
      failed(what);
    } else if (connection.state() == ConnectionState.HANDSHAKE) {
      connection.opened(stream);
    } else if (origin.isTunnel()) {
      askProxy();
    } else {
      connected();
    }
  }

  private void askProxy() {
    connection.become(ConnectionState.TUNNEL);
    tunnel = new ProxyTunnel(this, connection, socket, context);
    socket.setCallbacks(self -> tunnel.readable(), null, this::event);
    socket.enable(Event.READ);
    tunnel.start(origin, context.heads);
  }

  /** What goes over it from now on reaches the host. */
  void connected() {
    if (origin.secure()) {
      shakeHands();
    } else {
      connection.opened(stream);
    }
  }

  private void shakeHands() {
    connection.become(ConnectionState.HANDSHAKE);
    connection.deadline(HttpTimeouts.NONE);
    try {
      stream = Tls.filter(socket, context.tls(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE);
      final Tls tls = Tls.of(stream);
      tls.peer(origin.host(), origin.port() == 0 ? -1 : origin.port());
      if (times.tls() != HttpTimeouts.NONE) {
        tls.handshakeTimeout(Duration.ofNanos(times.tls()));
      }
      stream.setCallbacks(null, null, this::event);
    } catch (final RuntimeException e) {
      connection.fail(Kind.TLS, "TLS cannot begin: " + e.getMessage(), e);
    }
  }

  private void failed(final int what) {
    final String to = "connect to " + origin + ": ";
    final Tls tls = Tls.of(stream);
    if ((what & BufferEvent.TIMEOUT) != 0) {
      connection.fail(Kind.TIMEOUT, to + "the handshake of TLS has taken too long", null);
    } else if (tls != null) {
      final TlsError problem = tls.error();
      connection.fail(
          Kind.TLS,
          stream.error(),
          to + "TLS: " + (problem == null ? stream.error() : problem),
          problem == null ? null : problem.cause());
    } else if (socket.dnsError() != null) {
      connection.fail(Kind.DNS, to + socket.dnsError().getMessage(), socket.dnsError());
    } else if (connection.state() == ConnectionState.TUNNEL) {
      connection.fail(Kind.PROXY, socket.error(), to + "the proxy has ended the connection", null);
    } else {
      connection.fail(Kind.CONNECT, socket.error(), to + socket.error(), null);
    }
  }

  /** The connection is given up. */
  void close() {
    if (tunnel != null) {
      tunnel.close();
    }
    stream.close();
  }
}
