package org.jevent.http;

import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;

/** The end of a server's connection: what is written leaves, and what comes is dropped. */
final class ServerEnding {
  /** A connection that ends drops this many bytes at most. */
  private static final long MAX_DROPPED = 1 << 20;

  private final ServerConnection connection;
  private final BufferEvent stream;
  private final boolean peerIsDone;
  private long dropped;

  /**
   * @param peerIsDone the peer has said that it sends nothing more: nothing can come that would
   *     make the system reset the connection, and so there is nothing to wait for
   */
  ServerEnding(final ServerConnection connection, final boolean peerIsDone) {
    this.connection = connection;
    this.peerIsDone = peerIsDone;
    stream = connection.stream();
  }

  /** Waits until the output has left. */
  void begin() {
    if (stream.output().isEmpty()) {
      sent();
    } else {
      stream.setWatermarks(Event.WRITE, 0, 0);
      stream.setCallbacks(
          self -> drop(), self -> sent(), (self, what) -> connection.happened(what));
      connection.times().ends();
    }
  }

  void drop() {
    dropped += stream.input().length();
    stream.input().drain(stream.input().length());
    if (dropped > MAX_DROPPED) {
      connection.close();
    }
  }

  private void sent() {
    if (stream.isClosed()) {
      return;
    }
    connection.to(ServerState.CLOSED);
    connection.times().stop();
    try {
      leave();
    } catch (final Throwable thrown) {
      stream.close();
      throw thrown;
    } finally {
      connection.server().forget(connection);
    }
  }

  private void leave() {
    final HttpServerLimits limits = connection.server().limits();
    final boolean lingers = !limits.linger().isZero();
    if (lingers && !connection.hasPeerEnded() && !(peerIsDone && dropped == 0)) {
      stream.closeGracefully(limits.linger());
      return;
    }
    stream.closeAfterFlush();
    if (!stream.isClosed()) { // what a layer below still holds is sent in a time, or never
      stream.setTimeouts(null, lingers ? limits.linger() : limits.answerSilence());
    }
  }
}
