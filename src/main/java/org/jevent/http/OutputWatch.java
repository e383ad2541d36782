package org.jevent.http;

import org.jevent.buffer.EventBuffer;

/** Whether a client takes what is written for it. It is looked at now and then. */
final class OutputWatch {
  private final ServerConnection connection;
  private final EventBuffer output;
  private final Pace pace = new Pace();

  /** What had been taken when it was looked at last; -1 while nothing waited. */
  private long taken = -1;

  /** When it is to be looked at next. */
  private long due;

  OutputWatch(final ServerConnection connection) {
    this.connection = connection;
    output = connection.stream().output();
  }

  /** Whether something waited when it was looked at last. */
  boolean hasWaited() {
    return taken >= 0;
  }

  void start(final long now) {
    pace.start(now);
    taken = connection.written() - output.length();
  }

  void stop() {
    taken = -1;
  }

  long due() {
    return due;
  }

  void due(final long at) {
    due = at;
  }

  /**
   * Whether what waits has stood still too long.
   *
   * @param silence in nanoseconds
   * @param rate in bytes a second, 0 for any
   */
  boolean hasStalled(final long now, final long silence, final int rate) {
    if (output.isEmpty()) {
      stop();
      return false;
    }
    final long goneBy = connection.written() - output.length();
    if (taken < 0) {
      pace.start(now);
    } else {
      pace.passed(now, goneBy - taken);
    }
    taken = goneBy;
    return pace.hasStalled(now, silence, rate);
  }
}
