package org.jevent.internal.stream;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.internal.loop.LoopServices;

/** The two time-outs of a buffer event; made when one is first set. */
public final class Timeouts {
  private final LoopServices services;
  private final Event reading;
  private final Event writing;
  private long readNanos = -1;
  private long writeNanos = -1;

  Timeouts(final StreamInterest owner) {
    services = owner.context.services;
    reading = owner.newTimer((event, what) -> owner.timedOut(StreamCore.READING));
    writing = owner.newTimer((event, what) -> owner.timedOut(StreamCore.WRITING));
  }

  public void set(final Duration read, final Duration write) {
    final long nextRead = nanos("read", read);
    writeNanos = nanos("write", write);
    readNanos = nextRead;
  }

  /**
   * The nanoseconds of a time-out, -1 for null.
   *
   * @throws IllegalArgumentException if it is not more than zero
   */
  public static long nanos(final String name, final Duration duration) {
    if (duration == null) {
      return -1;
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + " time-out " + duration + " is not positive");
    }
    try {
      return duration.toNanos();
    } catch (final ArithmeticException beyondCenturies) {
      return Long.MAX_VALUE;
    }
  }

  /** Starts or restarts the time-outs that should run; stops the others. */
  public void restartReading(final boolean running) {
    restart(reading, readNanos, running);
  }

  public void restartWriting(final boolean running) {
    restart(writing, writeNanos, running);
  }

  /** Starts the time-outs that should run and do not; stops the others. */
  void updateReading(final boolean running) {
    update(reading, readNanos, running);
  }

  void updateWriting(final boolean running) {
    update(writing, writeNanos, running);
  }

  private void restart(final Event timer, final long nanos, final boolean running) {
    if (running && nanos >= 0) {
      services.startTimer(timer, nanos);
    } else if (timer.isPending()) {
      timer.deleteNoBlock();
    }
  }

  private void update(final Event timer, final long nanos, final boolean running) {
    if (!running || nanos < 0 || !timer.isPending()) {
      restart(timer, nanos, running);
    }
  }

  void priority(final int value) {
    services.priority(reading, value);
    services.priority(writing, value);
  }

  void close() {
    reading.deleteNoBlock();
    writing.deleteNoBlock();
  }
}
