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

  /** The socket's, the program's above it, or that of TLS above these. */
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
      stream = made();
      stream.setCallbacks(null, null, this::event);
      if (!connection.state().isOpening()) {
        throw new IllegalStateException("the stream factory has ended the connection");
      }
      connection.deadline(times.connect());
      SocketMaker.connect(socket, origin, context.resolver);
    } catch (final RuntimeException | Error e) {
      closeStreams();
      throw e;
    }
  }

  private BufferEvent made() {
    final BufferEvent made = context.streams.stream(socket);
    if (made == null) {
      throw new NullPointerException("the stream factory has made no stream");
    }
    if (made.base() != context.base) {
      throw new IllegalArgumentException("the stream factory's stream is another base's");
    }
    return made;
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
    tunnel = new ProxyTunnel(this, connection, stream, context);
    stream.setCallbacks(self -> tunnel.readable(), null, this::event);
    stream.enable(Event.READ | Event.WRITE);
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
      stream = Tls.filter(stream, context.tls(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE);
      final Tls tls = Tls.of(stream);
      tls.peer(origin.host(), origin.port() == 0 ? -1 : origin.port());
      if (times.tls() != HttpTimeouts.NONE) {
        tls.handshakeTimeout(Duration.ofNanos(times.tls()));
      }
      stream.setCallbacks(null, null, this::event);
    } catch (final RuntimeException | Error e) {
      connection.fail(Kind.TLS, "TLS cannot begin: " + e.getMessage(), e);
      if (e instanceof Error error
          && !(e instanceof LinkageError)) { // a provider that is not whole
        throw error;
      }
    }
  }

  private void failed(final int what) {
    final String to = "connect to " + origin + ": ";
    final Tls tls = Tls.of(stream);
    final TlsError problem = tls == null ? null : tls.error();
    if ((what & BufferEvent.TIMEOUT) != 0) {
      connection.fail(Kind.TIMEOUT, to + "the handshake of TLS has taken too long", null);
    } else if (problem != null || connection.state() == ConnectionState.HANDSHAKE) {
      connection.fail(
          Kind.TLS,
          stream.error(),
          to + "TLS: " + (problem == null ? stream.error() : problem),
          problem == null ? null : problem.cause());
    } else if (socket.dnsError() != null) {
      connection.fail(Kind.DNS, to + socket.dnsError().getMessage(), socket.dnsError());
    } else if (connection.state() == ConnectionState.TUNNEL) {
      connection.fail(Kind.PROXY, stream.error(), to + "the proxy has ended the connection", null);
    } else {
      connection.fail(Kind.CONNECT, stream.error(), to + stream.error(), null);
    }
  }

  /** The connection is given up. */
  void close() {
    if (tunnel != null) {
      tunnel.close();
    }
    closeStreams();
  }

  private void closeStreams() {
    stream.close();
    socket.close(); // also when a stream of the program's leaves it, or was not made
  }
}
