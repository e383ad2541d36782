package org.jevent.http;

import java.util.Objects;
import org.jevent.bufferevent.BufferEvent;

/**
 * A client's connection over a stream of the program's; {@code
 * evhttp_connection_base_bufferevent_reuse_new}. Requests go over it one after the other. When it
 * has ended, requests fail: it does not connect.
 *
 * <p>Threads: as of {@link HttpClient}.
 */
public final class HttpClientConnection implements AutoCloseable {
  private final ClientContext context;
  private final Destination destination;
  private final ClientConnection connection;

  HttpClientConnection(final ClientContext context, final BufferEvent stream) {
    this.context = context;
    destination = context.pool.single();
    connection = destination.adopt(stream);
  }

  Destination destination() {
    return destination;
  }

  /**
   * A request over this stream. Redirects to another origin go over other connections.
   *
   * @param uri its host is what the field {@code host} says; {@code http} or {@code https}
   */
  public HttpRequest request(final String method, final String uri) {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(uri, "uri");
    return new HttpRequest(context, this, method, HttpUri.parse(uri, HttpUri.Mode.UNIX), null);
  }

  /** The stream, for what its kind knows; its callbacks and buffers belong to the client. */
  public BufferEvent stream() {
    return connection.stream();
  }

  public boolean isClosed() {
    return connection.isClosed();
  }

  /**
   * Closes the stream. Calls that are not over end with {@link HttpException.Kind#CLOSED}, by
   * callbacks within this method. A second call does nothing.
   */
  @Override
  public void close() {
    if (!connection.isClosed()) {
      context.services.requireLoopThread("an HTTP client's connection");
      destination.close("the connection was closed");
    }
  }
}
