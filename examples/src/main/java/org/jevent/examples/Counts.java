package org.jevent.examples;

import java.util.concurrent.atomic.LongAdder;

/** What a server has done. */
final class Counts {
  final LongAdder connections = new LongAdder();
  final LongAdder lines = new LongAdder();
  final LongAdder bytesIn = new LongAdder();
  final LongAdder bytesOut = new LongAdder();

  @Override
  public String toString() {
    return "served "
        + connections
        + " connections, "
        + lines
        + " lines, "
        + bytesIn
        + " bytes in, "
        + bytesOut
        + " bytes out";
  }
}
