package org.jevent.http;

import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/**
 * Makes the streams of a client's new connections, such as a filter above the socket; libevent's
 * {@code evhttp_connection_base_bufferevent_new}:
 *
 * <pre>{@code
 * socket -> BufferEvent.filter(socket, decode, encode, BufferEvent.CLOSE_ON_FREE)
 * }</pre>
 */
@FunctionalInterface
public interface HttpClientStreamFactory {
  /**
   * Makes a stream. What it carries goes to the host, or to the proxy; TLS comes on top of it where
   * the URI is one of https. It has to say {@link BufferEvent#CONNECTED} once, when it can be used,
   * as filters do when the socket connects.
   *
   * @param socket not connected yet, which the client does after this; it belongs to the stream
   * @return the socket, or a stream above it that was made with {@link BufferEvent#CLOSE_ON_FREE}.
   *     Its callbacks and its end are the client's
   * @throws RuntimeException of any kind: the call fails with {@link HttpException.Kind#CONNECT}
   */
  BufferEvent stream(SocketBufferEvent socket);
}
