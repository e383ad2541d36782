package org.jevent.http;

import java.net.SocketAddress;
import org.jevent.bufferevent.BufferEvent;

/** The connection of an exchange. */
public interface HttpConnection {
  /** The client's address, or null if the stream has none. */
  SocketAddress peer();

  /**
   * The stream, for what its kind knows, such as {@code Tls.of}. Its callbacks, buffers and marks
   * belong to the server.
   */
  BufferEvent stream();

  /**
   * What the client has used to come here, whatever a target says: {@code https} over TLS, else
   * what {@link HttpServer#scheme} has set.
   */
  String scheme();

  /** Whether several exchanges may be there at once; HTTP/1.1 has one after the other. */
  boolean isShared();

  /** How many requests have come on it, this one included. */
  long requests();
}
