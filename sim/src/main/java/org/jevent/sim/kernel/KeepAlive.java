package org.jevent.sim.kernel;

import java.util.concurrent.TimeUnit;
import org.jevent.net.NetOption;
import org.jevent.sim.core.Timeline;

/** Asks the peer of a silent connection whether it is there; {@code SO_KEEPALIVE}. */
final class KeepAlive extends Timeline.Entry {
  private final StreamSocket socket;
  private int unanswered;
  private long askedAt;

  KeepAlive(final StreamSocket socket) {
    this.socket = socket;
  }

  private void after(final NetOption seconds) {
    final long nanos = TimeUnit.SECONDS.toNanos(socket.options().get(seconds));
    socket.network.time().schedule(this, socket.network.time().after(nanos));
  }

  void start() {
    unanswered = 0;
    after(NetOption.KEEP_IDLE);
  }

  /** The idle time counts from when the peer was last heard. */
  private boolean isIdle() {
    final long idle = TimeUnit.SECONDS.toNanos(socket.options().get(NetOption.KEEP_IDLE));
    return socket.network.now() - socket.heardAt() >= idle;
  }

  private void startAgain() {
    unanswered = 0;
    final long idle = TimeUnit.SECONDS.toNanos(socket.options().get(NetOption.KEEP_IDLE));
    socket.network.time().schedule(this, socket.heardAt() + idle);
  }

  void stop() {
    socket.network.time().cancel(this);
  }

  /** A probe and its answer take no time here: that they come back is what counts. */
  @Override
  protected void happen() {
    if (socket.output().isOutstandingData()) {
      start(); // what is sent again asks the peer as well
      return;
    }
    if (unanswered == 0 ? !isIdle() : socket.heardAt() > askedAt) {
      startAgain();
      return;
    }
    askedAt = socket.network.now();
    final StreamSocket peer = socket.peer();
    final boolean reached =
        !socket.network.path(socket.machine, peer.machine).swallows(socket.entity())
            && !socket.network.path(peer.machine, socket.machine).swallows(socket.entity())
            && peer.machine.isUp();
    if (reached && !peer.isAlive()) {
      peer.answerReset();
    } else if (reached) {
      socket.heard();
      start();
    } else if (++unanswered > socket.options().get(NetOption.KEEP_COUNT)) {
      socket.timedOut();
    } else {
      after(NetOption.KEEP_INTERVAL);
    }
  }
}
