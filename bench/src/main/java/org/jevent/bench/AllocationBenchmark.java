package org.jevent.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.net.NetSocket;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an event allocates once everything is warm: read {@code gc.alloc.rate.norm}, which is to be
 * 0 B/op. Each operation is one event of its kind, through the kernel and the whole loop.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AllocationBenchmark {
  /** The engine. */
  @Param({"epoll", "nio"})
  public String engine;

  private final ByteBuffer byteOut = ByteBuffer.allocateDirect(1);
  private final ByteBuffer byteIn = ByteBuffer.allocateDirect(1);
  private EventBase base;
  private NetSocket[] pipe;
  private Event reading;
  private Event timer;
  private Event activated;
  private int events;

  /** The base, a pipe with an event on it, a timer, and an event that is activated by hand. */
  @Setup
  public void open() {
    base = new EventBase(new EventConfig().method(engine));
    pipe = base.sockets().pipe();
    reading = base.newEvent(pipe[0], Event.READ | Event.PERSIST, (event, what) -> read());
    reading.add();
    timer = base.newTimer((event, what) -> events++);
    activated = base.newUserEvent((event, what) -> events++);
  }

  /** Closes them. */
  @TearDown
  public void close() {
    reading.close();
    timer.close();
    activated.close();
    pipe[0].close();
    pipe[1].close();
    base.close();
  }

  private void read() {
    byteIn.clear();
    events += pipe[0].read(byteIn);
  }

  /** A persistent event of a pipe: one byte written, the loop, one byte read. */
  @Benchmark
  public int readable() {
    byteOut.clear();
    pipe[1].write(byteOut);
    base.loop(EventBase.LOOP_ONCE);
    return events;
  }

  /** A timer added and fired. */
  @Benchmark
  public int timer() {
    timer.addNanos(0);
    base.loop(EventBase.LOOP_ONCE);
    return events;
  }

  /** A timer added and cancelled. */
  @Benchmark
  public int cancelledTimer() {
    timer.addNanos(TimeUnit.SECONDS.toNanos(1));
    timer.delete();
    return events;
  }

  /** An event activated by hand. */
  @Benchmark
  public int activated() {
    activated.activate(Event.READ);
    base.loop(EventBase.LOOP_ONCE);
    return events;
  }
}
