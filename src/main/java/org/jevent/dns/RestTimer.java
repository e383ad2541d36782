package org.jevent.dns;

import org.jevent.Event;
import org.jevent.internal.loop.LoopServices;

/** A timer that does not keep the loop alive: it only tidies up. */
final class RestTimer {
  private final LoopServices services;
  private final Event timer;
  private boolean running;

  RestTimer(final Context context, final Runnable expired) {
    services = context.services;
    timer =
        context.base.newTimer(
            (event, what) -> {
              ended();
              expired.run();
            });
  }

  void start(final long nanos) {
    stop();
    timer.addNanos(nanos);
    running = true;
    services.unref();
  }

  void stop() {
    if (running) {
      timer.delete();
      ended();
    }
  }

  private void ended() {
    assert running : this;
    running = false;
    services.ref();
  }

  void close() {
    stop();
    timer.close();
  }
}
