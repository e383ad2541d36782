package org.jevent.http;

import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;

/**
 * Makes the stream of a connection, such as one of TLS; libevent's {@code evhttp_set_bevcb}:
 *
 * <pre>{@code
 * (base, socket) ->
 *     Tls.socket(base, socket, context, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE)
 * }</pre>
 */
@FunctionalInterface
public interface HttpStreamFactory {
  /**
   * Makes a stream.
   *
   * @param socket the connection, which belongs to the stream from now on
   */
  BufferEvent stream(EventBase base, NetSocket socket);
}
