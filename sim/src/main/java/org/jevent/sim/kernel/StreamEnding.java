package org.jevent.sim.kernel;

import java.util.concurrent.TimeUnit;
import org.jevent.sim.core.Timeline;

/** How a connection ends that its program has closed, or that was reset. */
final class StreamEnding extends Timeline.Entry {
  /** How long the kernel keeps an end that has no program any more. */
  private static final long ORPHAN = TimeUnit.SECONDS.toNanos(60);

  private final StreamSocket socket;

  StreamEnding(final StreamSocket socket) {
    this.socket = socket;
  }

  private int linger() {
    return socket.options().linger();
  }

  /** The program has closed a connection. */
  void begin() {
    if (socket.type() == StreamSocket.Type.TCP) {
      beginTcp();
    } else {
      endLocal();
    }
  }

  private void beginTcp() {
    if (socket.input().available() > 0 || linger() == 0) {
      socket.input().drop();
      socket.output().sendReset();
      end(false);
    } else {
      socket.output().finish();
      final long limit = linger() > 0 ? TimeUnit.SECONDS.toNanos(linger()) : ORPHAN;
      socket.network.time().schedule(this, socket.network.time().after(limit));
      endIfDone();
    }
  }

  private void endLocal() {
    if (socket.output() != null) {
      socket.output().finish();
    }
    if (socket.input() != null) {
      final boolean unread = socket.input().available() > 0;
      socket.input().drop();
      socket.input().readerGone(unread && socket.type() == StreamSocket.Type.UNIX);
    }
    socket.machine.connectionEnds(socket, false);
  }

  @Override
  protected void happen() {
    if (linger() > 0 && socket.output().isOutstanding()) {
      socket.output().sendReset();
      end(false);
    } else if (socket.output().hasEnded()) {
      end(true);
    } else {
      socket.network.time().schedule(this, socket.network.time().after(ORPHAN));
    }
  }

  /** Both directions may have ended. */
  void endIfDone() {
    if (socket.hasEndedBothWays()) {
      end(true);
    }
  }

  /**
   * Ends it now.
   *
   * @param well both sides have said all; else nothing more is sent
   */
  void end(final boolean well) {
    if (!well && socket.output() != null) {
      socket.output().cutOff();
    }
    cancel();
    socket.stopKeepAlive();
    socket.machine.connectionEnds(socket, well);
  }

  /** It does not end by time any more. */
  void cancel() {
    socket.network.time().cancel(this);
  }
}
