package org.jevent.tls;

import org.jevent.Event;
import org.jevent.internal.stream.StreamCore;

/** Bounds the time from the connection to the end of the handshake. */
final class HandshakeTimer {
  private final Event timer;

  private HandshakeTimer(final Event timer) {
    this.timer = timer;
  }

  static HandshakeTimer start(final StreamCore core, final long nanos, final Runnable expired) {
    final Event timer =
        core.base()
            .newTimer(
                (event, what) -> {
                  core.guard().enter();
                  try {
                    if (!core.isClosed()) {
                      expired.run();
                    }
                  } finally {
                    core.guard().exit();
                  }
                });
    core.services().startTimer(timer, nanos);
    return new HandshakeTimer(timer);
  }

  void close() {
    timer.deleteNoBlock();
  }
}
