package org.jevent.internal.stream;

import org.jevent.Event;

/** What a graceful close waits for besides the output: the peer's end, but not for ever. */
final class Lingering {
  private final StreamCore core;
  private final Event deadline;
  private boolean inputHasEnded;

  Lingering(final StreamCore core) {
    this.core = core;
    deadline = core.base().newTimer((event, what) -> core.close());
  }

  void start(final long nanos) {
    core.services().startTimer(deadline, nanos);
  }

  void inputEnded() {
    inputHasEnded = true;
  }

  boolean inputHasEnded() {
    return inputHasEnded;
  }

  void close() {
    deadline.deleteNoBlock();
  }
}
