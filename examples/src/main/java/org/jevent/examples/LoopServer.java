package org.jevent.examples;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;

/** A server on this library: a base, a listener, and a buffer event for each connection. */
abstract class LoopServer implements Server {
  final EventBase base;
  final Counts counts = new Counts();

  /** What the loop's thread has counted since it began. */
  long lines;

  long bytesIn;
  long bytesOut;

  /** What clients are served with; null: no TLS. */
  private TlsContext tls;

  private final Set<AutoCloseable> open = new HashSet<>();

  /**
   * @param method null for the best
   */
  LoopServer(final String method) {
    base = new EventBase(method == null ? new EventConfig() : new EventConfig().method(method));
  }

  /** Clients that connect from now on speak TLS; null: they do not. */
  final LoopServer tls(final TlsContext context) {
    tls = context;
    return this;
  }

  /** A client has connected. */
  void connected(final BufferEvent client, final SocketAddress peer) {
    throw new IllegalStateException("no server for " + peer);
  }

  @Override
  public EventBase base() {
    return base;
  }

  @Override
  public int open(final InetSocketAddress address) {
    final ConnectionListener listener =
        later(
            ConnectionListener.bind(
                base,
                address,
                ConnectionListener.REUSEABLE | ConnectionListener.CLOSE_ON_FREE,
                NetSocket.DEFAULT_BACKLOG,
                (self, socket, peer) -> {
                  counts.connections.increment();
                  connected(later(socketEvent(socket)), peer);
                }));
    return ((InetSocketAddress) listener.address()).getPort();
  }

  private BufferEvent socketEvent(final NetSocket socket) {
    NoDelay.set(socket);
    return tls == null
        ? BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)
        : Tls.socket(base, socket, tls, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
  }

  /** Closes it when the server stops, unless it is {@link #close}d before. */
  final <T extends AutoCloseable> T later(final T resource) {
    open.add(resource);
    return resource;
  }

  final void close(final BufferEvent client) {
    open.remove(client);
    client.close();
  }

  /** It closes itself, at the latest with the base. */
  final void forget(final BufferEvent client) {
    open.remove(client);
  }

  /** It closes itself when its output has left. */
  final void closeWhenSent(final BufferEvent client) {
    open.remove(client);
    client.closeAfterFlush();
  }

  @Override
  public String engine() {
    return base.method();
  }

  @Override
  public Counts counts() {
    return counts;
  }

  @Override
  public void serve() {
    base.dispatch();
    try {
      for (final AutoCloseable resource : Set.copyOf(open)) {
        resource.close();
      }
    } catch (final Exception e) {
      throw new IllegalStateException(e);
    }
    counts.lines.add(lines);
    counts.bytesIn.add(bytesIn);
    counts.bytesOut.add(bytesOut);
    base.close();
  }

  @Override
  public void stop() {
    base.loopBreak();
  }
}
