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

  /** What the stream had taken at the last look, while more waited for it; else -1. */
  private long taken = -1;

  Heartbeat(final WebSocketConfig config) {
    interval = Durations.nanos("pingInterval", config.pingInterval());
  }

  /** Something has come, or the silence before counts no more. */
  void heard(final long now) {
    heard = now;
    pinged = false;
  }

  /**
   * How the output stands at a look. A peer that takes what has waited for it is there: its answer
   * to a ping cannot come before all of that.
   *
   * @param takenNow all bytes that the stream has taken so far
   * @param waits whether more waits for it
   * @return whether it stalls: something waited at the last look, and none of it was taken
   */
  boolean output(final long takenNow, final boolean waits, final long now) {
    final boolean stalls = taken >= 0 && takenNow == taken;
    if (taken >= 0 && !stalls) {
      heard(now);
    }
    taken = waits ? takenNow : -1;
    return stalls;
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
