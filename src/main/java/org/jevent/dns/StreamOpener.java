package org.jevent.dns;

import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/**
 * Makes a stream to a server, which connects: its event callback gets {@link
 * BufferEvent#CONNECTED}. The place for other transports than TCP.
 */
@FunctionalInterface
interface StreamOpener {
  int TLS_PORT = 853;

  BufferEvent open(EventBase base, InetSocketAddress server);

  /** Plain TCP. */
  static BufferEvent tcp(final EventBase base, final InetSocketAddress server) {
    return connected(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE), server);
  }

  /** Connects a stream, or closes it where that fails at once. */
  static BufferEvent connected(final SocketBufferEvent made, final InetSocketAddress server) {
    try {
      made.connect(server);
      return made;
    } catch (final RuntimeException | Error e) { // there may be no descriptor for it
      made.close();
      throw e;
    }
  }

  /** TLS over TCP (RFC 7858), whose port 853 takes the place of 53. */
  static StreamOpener tls(final TlsContext context, final String name) {
    return (base, server) -> {
      final int port = server.getPort() == DnsResolver.PORT ? TLS_PORT : server.getPort();
      final var made = Tls.socket(base, context, BufferEvent.CLOSE_ON_FREE);
      Tls.of(made).peer(name == null ? server.getAddress().getHostAddress() : name, port);
      return connected(made, new InetSocketAddress(server.getAddress(), port));
    };
  }
}
