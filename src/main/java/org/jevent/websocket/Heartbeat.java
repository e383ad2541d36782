package org.jevent.websocket;

import org.jevent.internal.loop.Durations;
import org.jevent.internal.stream.Deadlines;

/** Whether a peer is still there: a silent one gets a ping, and is lost if it stays silent. */
final class Heartbeat {
  /** What is to be done about the silence. */
  enum Step {
    /** It is not long enough. */
    WAIT,
    PING,
    LOST
  }

  private final long interval;
  private long heard;
  private boolean pinged;

  Heartbeat(final WebSocketConfig config) {
    interval = Durations.nanos("pingInterval", config.pingInterval());
  }

  /** Something has come, or the silence before counts no more. */
  void heard(final long now) {
    heard = now;
    pinged = false;
  }

  Step look(final long now) {
    if (now - heard < interval) {
      return Step.WAIT;
    }
    if (pinged) {
      return Step.LOST;
    }
    pinged = true;
    return Step.PING;
  }

  /** When to look again: {@link Deadlines#NONE} without pings. */
  long next(final long now) {
    if (interval == 0) {
      return Deadlines.NONE;
    }
    final long at = (now - heard < interval ? heard : now) + interval;
    return at < 0 && now > 0 ? Deadlines.NONE : at;
  }
}
