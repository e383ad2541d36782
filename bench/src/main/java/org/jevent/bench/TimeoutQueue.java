package org.jevent.bench;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;

/** Many time-outs, by number. */
interface TimeoutQueue extends AutoCloseable {
  void add(int number, long nanos);

  void cancel(int number);

  /** Another time-out for one that is pending. */
  void addAgain(int number, long nanos);

  /**
   * Lets those that are due fire, if that happens when it is asked; returns how many have so far.
   */
  long fire();

  /** Time-outs fire when {@link #fire} is called, and not on another thread. */
  boolean firesWhenAsked();

  @Override
  void close();

  /** Timers of this library. */
  final class Ours implements TimeoutQueue {
    private final EventBase base;
    private final Event[] timers;
    private long fired;

    Ours(final EventConfig config, final int count) {
      base = new EventBase(config);
      timers = new Event[count];
      for (int i = 0; i < count; i++) {
        timers[i] = base.newTimer((event, what) -> fired++);
      }
    }

    @Override
    public void add(final int number, final long nanos) {
      timers[number].addNanos(nanos);
    }

    @Override
    public void addAgain(final int number, final long nanos) {
      timers[number].addNanos(nanos);
    }

    @Override
    public void cancel(final int number) {
      timers[number].delete();
    }

    @Override
    public boolean firesWhenAsked() {
      return true;
    }

    @Override
    public long fire() {
      base.loop(EventBase.LOOP_NONBLOCK);
      return fired;
    }

    @Override
    public void close() {
      base.close();
    }
  }

  /** Netty's wheel, whose own thread does what was asked of it at its next tick. */
  final class Wheel implements TimeoutQueue {
    private final HashedWheelTimer timer = new HashedWheelTimer();
    private final Timeout[] timeouts;

    Wheel(final int count) {
      timeouts = new Timeout[count];
    }

    @Override
    public void add(final int number, final long nanos) {
      timeouts[number] = timer.newTimeout(timeout -> {}, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void addAgain(final int number, final long nanos) {
      cancel(number);
      add(number, nanos);
    }

    @Override
    public void cancel(final int number) {
      timeouts[number].cancel();
    }

    @Override
    public boolean firesWhenAsked() {
      return false;
    }

    @Override
    public long fire() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      timer.stop();
    }
  }
}
