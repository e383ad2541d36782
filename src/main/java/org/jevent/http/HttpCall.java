package org.jevent.http;

import java.net.SocketAddress;
import org.jevent.bufferevent.BufferEvent;

/**
 * A request that was sent, up to its end.
 *
 * <p>Threads: as of {@link HttpClient}.
 */
public final class HttpCall {
  private final ClientCall call;

  HttpCall(final ClientCall call) {
    this.call = call;
  }

  public HttpRequest request() {
    return call.request;
  }

  /** The URI that is asked now, or was at last: that of the request, or where redirects led. */
  public HttpUri uri() {
    return call.hop().uri();
  }

  /** How many redirects were followed. */
  public int redirects() {
    return call.hop().redirects();
  }

  /** The response or the problem has been delivered, or is being delivered, or it was cancelled. */
  public boolean isDone() {
    return call.isDone();
  }

  /** How far it has come. */
  public HttpException.Phase phase() {
    return call.phase();
  }

  /** The status with which a proxy has refused a tunnel, such as 407; else 0. */
  public int proxyStatus() {
    return call.proxyStatus();
  }

  /**
   * Ends it; {@code evhttp_cancel_request}. No callback runs any more. Its connection is closed, as
   * the response could still come. When the call is done it does nothing.
   */
  public void cancel() {
    call.cancel();
  }

  /**
   * Takes no more of the body until {@link #resumeBody}: the peer is held back when some 64 KiB
   * wait. The time limit of the body does not run meanwhile.
   */
  public void pauseBody() {
    call.pause(true);
  }

  /** Goes on; callbacks come later. */
  public void resumeBody() {
    call.pause(false);
  }

  /** The source of the request's body has bytes again: it is asked later. */
  public void resumeUpload() {
    final ClientConnection connection = call.connection();
    if (connection != null) {
      connection.resumeUpload();
    }
  }

  /** The connection, for what its kind knows; null while there is none. See {@link #stream}. */
  public SocketAddress peer() {
    final ClientConnection connection = call.connection();
    return connection == null ? null : connection.peer();
  }

  /**
   * The stream, for what its kind knows, such as {@code Tls.of}; null while there is none. Its
   * callbacks, buffers and marks belong to the client.
   */
  public BufferEvent stream() {
    final ClientConnection connection = call.connection();
    return connection == null ? null : connection.stream();
  }

  /** Whether its connection was used for another call before. */
  public boolean isReused() {
    final ClientConnection connection = call.connection();
    return connection != null && connection.isReused();
  }

  /**
   * Takes the stream after a response 101, or 200 to 299 to CONNECT, from within {@code onHead} or
   * {@code onEnd}. It is the caller's, who closes it. It has no callbacks, and does not read; what
   * has come behind the head is in its input.
   *
   * @throws IllegalStateException if there is no such response, or its callbacks have returned
   */
  public BufferEvent takeOver() {
    final ClientConnection connection = call.connection();
    if (connection == null) {
      throw new IllegalStateException("takeOver: the call has no connection: " + call);
    }
    return connection.takeOver();
  }

  @Override
  public String toString() {
    return call.toString();
  }
}
