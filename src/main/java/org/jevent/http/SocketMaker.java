package org.jevent.http;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/** Makes the streams of a client's connections, and lets them connect. */
final class SocketMaker {
  private final EventBase base;
  private final InetSocketAddress local;

  /**
   * @param local the address of this end, or null: the system chooses
   */
  SocketMaker(final EventBase base, final InetSocketAddress local) {
    this.base = base;
    this.local = local;
  }

  /**
   * A stream without callbacks that is not connected.
   *
   * @throws org.jevent.error.ErrnoException if a socket cannot be made or bound
   */
  SocketBufferEvent make(final Origin origin) {
    if (local == null || origin.unixPath() != null) {
      return BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    }
    final NetSocket socket = base.sockets().stream(local);
    try {
      socket.bind(local);
      return BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE);
    } catch (final RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  static void connect(
      final SocketBufferEvent stream, final Origin origin, final Resolver resolver) {
    if (origin.unixPath() != null) {
      stream.connect(UnixDomainSocketAddress.of(origin.unixPath()));
    } else {
      stream.connect(origin.connectHost(), origin.connectPort(), resolver);
    }
  }
}
