package org.jevent.examples;

import java.net.SocketAddress;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.Pipe;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/**
 * Connects each client to a server and moves what either says to the other, without copying it. A
 * side that reads too slowly slows the other one down. The end of one direction is passed on, and
 * the other direction goes on.
 */
final class ProxyServer extends LoopServer {
  private final String host;
  private final int port;
  private final TlsContext server;

  /**
   * @param server what the server is to be met with; null: no TLS
   */
  ProxyServer(final String method, final String host, final int port, final TlsContext server) {
    super(method);
    this.server = server;
    this.host = host;
    this.port = port;
  }

  @Override
  void connected(final BufferEvent client, final SocketAddress peer) {
    final SocketBufferEvent other =
        later(
            server == null
                ? BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE)
                : Tls.socket(base, server, BufferEvent.CLOSE_ON_FREE));
    other.connect(host, port);
    pipe(client, other);
    pipe(other, client);
  }

  private void pipe(final BufferEvent source, final BufferEvent target) {
    final Pipe pipe = source.pipeTo(target);
    pipe.onEnd(
        () -> {
          bytesIn += pipe.moved();
          bytesOut += pipe.moved();
          forget(source);
        });
  }
}
