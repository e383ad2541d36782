package org.jevent.internal.stream;

import java.util.List;
import org.jevent.Event;
import org.jevent.error.Errno;
import org.jevent.internal.loop.LoopServices;

/**
 * What few streams have: a server has many idle streams, and these fields would cost all of them.
 */
final class StreamExtras {
  /** The deadline of a close that flushes first, or null. */
  Event closeDeadline;

  /** The rate limits, or null. */
  Limits limits;

  /** The error of the last ERROR event, or null. */
  Errno error;

  /** What hears that the program ends the stream: a pipe that reads it; null: there is none. */
  List<Runnable> endListeners;

  /** The bytes of a stream whose loop has an observer, or null. */
  Totals totals;

  /** Bytes that its user has taken from the input, or holds back from the output. */
  long heldBeside;

  /** The priority of its timers. */
  void priority(final LoopServices services, final int value) {
    if (closeDeadline != null) {
      services.priority(closeDeadline, value);
    }
    if (limits != null) {
      limits.priority(value);
    }
  }

  /** How many bytes a stream has moved. */
  static final class Totals {
    /** How many bytes the transport has added to the input. */
    long received;

    /** How many bytes were added to the output; what is still there has not been sent. */
    long added;
  }
}
