package org.jevent.http;

import org.jevent.bufferevent.BufferEvent;

/** How much a connection of HTTP moves at once, where the program has not said it. */
final class StreamSteps {
  /** Four times the default: bodies and long messages take a quarter of the system calls. */
  private static final int BYTES = 64 * 1024;

  private StreamSteps() {}

  static void enlarge(final BufferEvent stream) {
    if (stream.maxSingleRead() == BufferEvent.DEFAULT_MAX_SINGLE) {
      stream.maxSingleRead(BYTES);
    }
    if (stream.maxSingleWrite() == BufferEvent.DEFAULT_MAX_SINGLE) {
      stream.maxSingleWrite(BYTES);
    }
  }
}
