package org.jevent.soak;

import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;

/** Joined buffer events, and how one ended. */
final class Ends {
  private Ends() {}

  /** Two on a pair of sockets, which are closed with them. */
  static BufferEvent[] joined(final Churn churn, final int options) {
    final NetSocket[] pair = churn.base.sockets().pair();
    return new BufferEvent[] {
      BufferEvent.socket(churn.base, pair[0], options | BufferEvent.CLOSE_ON_FREE),
      BufferEvent.socket(churn.base, pair[1], options | BufferEvent.CLOSE_ON_FREE)
    };
  }

  /** The event's bits, with the error's name. */
  static String text(final int what, final BufferEvent stream) {
    return "event 0x" + Integer.toHexString(what) + " (" + stream.error() + ")";
  }
}
