package org.jevent.internal.loop;

import java.util.function.Consumer;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.SignalSink;

/**
 * Which events watch which signal. The system's handler is installed with the first event of a
 * signal and the former one restored with the last, at once. Guarded by the lock, except {@link
 * #signalled}, which the engine calls on the loop's thread.
 */
final class SignalTable implements SignalSink {
  private static final int MAX_SIGNAL = 128;

  private final Engine engine;
  private final EventNode[] first = new EventNode[MAX_SIGNAL];

  /** The numbers that were raised, each once, in order; and by number how often. */
  private final int[] raised = new int[MAX_SIGNAL];

  private final int[] counts = new int[MAX_SIGNAL];
  private int raisedCount;

  SignalTable(final Engine engine) {
    this.engine = engine;
    engine.signalSink(this);
  }

  void add(final EventNode event) {
    final int number = event.signal;
    requireWatchable(number);
    if (first[number] == null) {
      if (number == engine.signalNumber("CHLD")) {
        ChildProcesses.initialize();
      }
      engine.signal(number, true);
    }
    assert !event.inserted && event.ioPrevious == null && event.ioNext == null : event;
    event.ioPrevious = null;
    event.ioNext = first[number];
    if (first[number] != null) {
      first[number].ioPrevious = event;
    }
    first[number] = event;
  }

  private static void requireWatchable(final int number) {
    if (number >= MAX_SIGNAL) {
      throw new ErrnoException(
          "watch signal " + number + ", which is not within 1.." + (MAX_SIGNAL - 1),
          Errno.EINVAL,
          0);
    }
    final String kept = ReservedSignals.HERE.reason(number);
    if (kept != null) {
      throw new ErrnoException("watch signal " + number + ": " + kept, Errno.EINVAL, 0);
    }
  }

  void remove(final EventNode event) {
    final int number = event.signal;
    assert event.ioPrevious == null ? first[number] == event : event.ioPrevious.ioNext == event;
    assert event.ioNext == null || event.ioNext.ioPrevious == event : event;
    if (event.ioPrevious == null) {
      first[number] = event.ioNext;
    } else {
      event.ioPrevious.ioNext = event.ioNext;
    }
    if (event.ioNext != null) {
      event.ioNext.ioPrevious = event.ioPrevious;
    }
    event.ioNext = null;
    event.ioPrevious = null;
    if (first[number] == null) {
      engine.signal(number, false);
    }
  }

  /** The newest event of a signal, or null. */
  EventNode first(final int number) {
    return number >= 0 && number < MAX_SIGNAL ? first[number] : null;
  }

  @Override
  public void signalled(final int number, final int count, final Errno error) {
    assert count > 0 && (counts[number] > 0 || raisedCount < MAX_SIGNAL) : number;
    if (counts[number] == 0) {
      raised[raisedCount++] = number;
    }
    counts[number] += count;
  }

  /** Activates the events of the signals that were raised. */
  void deliver(final EventStates states) {
    for (int i = 0; i < raisedCount; i++) {
      final int number = raised[i];
      assert counts[number] > 0 : number;
      for (EventNode event = first(number); event != null; event = event.ioNext) {
        states.activateLocked(event, Masks.SIGNAL, counts[number]);
      }
      counts[number] = 0;
    }
    raisedCount = 0;
  }

  void forEach(final Consumer<EventNode> visitor) {
    for (final EventNode head : first) {
      for (EventNode event = head; event != null; event = event.ioNext) {
        visitor.accept(event);
      }
    }
  }
}
