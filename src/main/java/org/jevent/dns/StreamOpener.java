package org.jevent.dns;

import java.net.InetSocketAddress;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;

/**
 * Makes a stream to a server, which connects: its event callback gets {@link
 * BufferEvent#CONNECTED}. The place for other transports than TCP.
 */
@FunctionalInterface
interface StreamOpener {
  BufferEvent open(EventBase base, InetSocketAddress server);

  /** Plain TCP. */
  static BufferEvent tcp(final EventBase base, final InetSocketAddress server) {
    final var made = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    made.connect(server);
    return made;
  }
}
