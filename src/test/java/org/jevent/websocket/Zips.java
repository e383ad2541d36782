package org.jevent.websocket;

import org.jevent.EventBase;

/** What compressors a base has in use. */
public final class Zips {
  private Zips() {}

  public static int taken(final EventBase base) {
    return WebSocketLoop.of(base).zips.taken();
  }
}
