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
 * Timers while a million others are pending, with random time-outs of up to an hour: the time of
 * one add, of one cancel, of a new time-out for one that is pending, and of one that fires.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx4g")
public class TimerBenchmark {
  private static final int BATCH = 10_000;
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

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

  /** The base with its pending timers. */
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

  private void addAll() {
    for (int i = 0; i < BATCH; i++) {
      events[i].addNanos(nanos[i]);
    }
  }

  private void cancelAll() {
    for (final Event event : events) {
      event.delete();
    }
  }

  /** Ten thousand that are not pending, before each measured batch of adds. */
  @State(Scope.Thread)
  public static class Idle {
    /** Cancels what the last batch has added. */
    @Setup(Level.Invocation)
    public void prepare(final TimerBenchmark benchmark) {
      benchmark.cancelAll();
    }
  }

  /** Ten thousand that are pending, before each measured batch of cancels. */
  @State(Scope.Thread)
  public static class Pending {
    /** Adds what the last batch has cancelled. */
    @Setup(Level.Invocation)
    public void prepare(final TimerBenchmark benchmark) {
      benchmark.addAll();
    }
  }

  /** Ten thousand that are due, before each measured batch of expirations. */
  @State(Scope.Thread)
  public static class Due {
    /** Adds them with a time-out that has passed when they are looked at. */
    @Setup(Level.Invocation)
    public void prepare(final TimerBenchmark benchmark) {
      for (final Event event : benchmark.events) {
        event.addNanos(0);
      }
    }
  }

  /** {@code event_add} with a time-out. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void add(final Idle idle) {
    addAll();
  }

  /** {@code event_del} of a timer. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void cancel(final Pending added) {
    cancelAll();
  }

  /** {@code event_add} of a timer that is pending: what a server does with every message. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void addAgain(final Pending added) {
    addAll();
  }

  /** The same for one of the million, taken at random. */
  @Benchmark
  public void addAgainAnyOfAll() {
    others[random.nextInt(others.length)].addNanos(nanos[next++ % BATCH]);
  }

  /** A timer that fires, its callback included. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public int fire(final Due due) {
    final int before = fired;
    while (fired - before < BATCH) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    return fired;
  }
}
