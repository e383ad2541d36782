package org.jevent.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Timers while a million others are pending, with random time-outs of up to an hour. Measured is
 * the time of one add, one cancel, a new time-out for a pending one, and one that fires.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class TimerBenchmark {
  private static final int BATCH = 10_000;
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  /** A base, its pending timers, and ten thousand more. */
  @State(Scope.Thread)
  public static class Timers {
    /** How many are pending. */
    @Param({"1000", "1000000"})
    public int pending;

    private final SplittableRandom random = new SplittableRandom(20261123);
    private EventBase base;
    private Event[] others;
    private Event[] events;
    private long[] nanos;
    private int fired;
    private int next;

    /** Opens the base. */
    @Setup
    public void open() {
      base = new EventBase(new EventConfig());
      others = timers(pending);
      events = timers(BATCH);
      nanos = random.longs(BATCH, HOUR / 2, HOUR).toArray();
      for (final Event other : others) {
        other.addNanos(random.nextLong(HOUR / 2, HOUR));
      }
    }

    private Event[] timers(final int count) {
      final Event[] made = new Event[count];
      for (int i = 0; i < count; i++) {
        made[i] = base.newTimer((event, what) -> fired++);
      }
      return made;
    }

    /** Ends everything. */
    @TearDown
    public void close() {
      base.close();
    }

    void addAll() {
      for (int i = 0; i < BATCH; i++) {
        events[i].addNanos(nanos[i]);
      }
    }

    void cancelAll() {
      for (final Event event : events) {
        event.delete();
      }
    }
  }

  /** None of the ten thousand is pending. */
  public static class Idle extends Timers {
    /** Cancels what the last batch has added. */
    @Setup(Level.Invocation)
    public void prepare() {
      cancelAll();
    }
  }

  /** All of them are. */
  public static class Pending extends Timers {
    /** Adds what the last batch has cancelled. */
    @Setup(Level.Invocation)
    public void prepare() {
      addAll();
    }
  }

  /** All of them are due. */
  public static class Due extends Timers {
    /** Adds them with a time-out that has passed when they are looked at. */
    @Setup(Level.Invocation)
    public void prepare() {
      for (final Event event : super.events) {
        event.addNanos(0);
      }
    }
  }

  /** {@code event_add} with a time-out. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void add(final Idle timers) {
    timers.addAll();
  }

  /** {@code event_del} of a timer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void cancel(final Pending timers) {
    timers.cancelAll();
  }

  /** {@code event_add} of a timer that is pending: what a server does with every message. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void addAgain(final Pending timers) {
    timers.addAll();
  }

  /** The same for one of all that are pending, taken at random. */
  @Benchmark
  public void addAgainAnyOfAll(final Timers timers) {
    timers.others[timers.random.nextInt(timers.others.length)].addNanos(
        timers.nanos[timers.next++ % BATCH]);
  }

  /** A timer that fires, its callback included. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int fire(final Due due) {
    final Timers timers = due;
    final int before = timers.fired;
    while (timers.fired - before < BATCH) {
      timers.base.loop(EventBase.LOOP_NONBLOCK);
    }
    return timers.fired;
  }
}
