package org.jevent.stress;

import org.jevent.EventBase;
import org.jevent.net.NetSocket;

/** Two connected sockets. */
final class Pair {
  final NetSocket near;
  final NetSocket far;

  Pair(final EventBase base) {
    final NetSocket[] pair = base.sockets().pair();
    near = pair[0];
    far = pair[1];
  }

  void close() {
    near.close();
    far.close();
  }
}
