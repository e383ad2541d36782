package org.jevent.sim.kernel;

import java.util.concurrent.TimeUnit;
import org.jevent.net.NetOption;
import org.jevent.sim.core.Timeline;

/** Asks the peer of a silent connection whether it is there; {@code SO_KEEPALIVE}. */
final class KeepAlive extends Timeline.Entry {
  private final StreamSocket socket;
  private int unanswered;

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

  void stop() {
    socket.network.time().cancel(this);
  }

  /** A probe and its answer take no time here: that they come back is what counts. */
  @Override
  protected void happen() {
    final StreamSocket peer = socket.peer();
    final boolean reached =
        socket.network.path(socket.machine, peer.machine).cut() == NetPath.Cut.NONE
            && socket.network.path(peer.machine, socket.machine).cut() == NetPath.Cut.NONE
            && peer.machine.isUp();
    if (reached && !peer.isAlive()) {
      peer.answerReset();
    } else if (reached) {
      start();
    } else if (++unanswered > socket.options().get(NetOption.KEEP_COUNT)) {
      socket.timedOut();
    } else {
      after(NetOption.KEEP_INTERVAL);
    }
  }
}
