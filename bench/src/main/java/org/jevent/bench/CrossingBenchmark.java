package org.jevent.bench;

import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
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
 * The decision behind the ring: the cost of a batch of events from C to Java. It is measured by one
 * call for all of them, by one call for each, and by one callback for each. The time is that of the
 * whole batch; the system call that would find the events is left out.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class CrossingBenchmark {
  private static final int RECORD = 8;

  /** How many events one iteration of a loop finds. */
  @Param({"1", "16", "256"})
  public int events;

  private Memory memory;
  private long address;
  private ByteBuffer records;
  private long source;
  private long sum;
  private final CrossingJna.OneEvent callback = this::event;

  /** Opens the source of events. */
  @Setup
  public void open() {
    memory = new Memory((long) events * RECORD);
    records = memory.getByteBuffer(0, memory.size()).order(ByteOrder.nativeOrder());
    address = com.sun.jna.Pointer.nativeValue(memory);
    source = Crossing.open(events);
  }

  /** Frees it. */
  @TearDown
  public void close() {
    Crossing.close(source);
    memory.close();
  }

  private void event(final int slot, final int mask) {
    sum += slot ^ mask;
  }

  /** One call through JNA for the batch, records in shared memory: what this library does. */
  @Benchmark
  public long ringByJna() {
    return read(CrossingJna.crossing_events_in_batch(address, events));
  }

  /** The same through JNI: what this library does where JNA cannot start. */
  @Benchmark
  public long ringByJni() {
    return read(Crossing.eventsInBatch(address, events));
  }

  private long read(final int count) {
    for (int i = 0; i < count; i++) {
      event(records.getInt(i * RECORD), records.getInt(i * RECORD + 4));
    }
    return sum;
  }

  /** One call through JNA for each event. */
  @Benchmark
  public long callPerEventByJna() {
    long found;
    while ((found = CrossingJna.crossing_next_event(source)) >= 0) {
      event((int) (found >>> 32), (int) found);
    }
    return sum;
  }

  /** One call through JNI for each event. */
  @Benchmark
  public long callPerEventByJni() {
    long found;
    while ((found = Crossing.nextEvent(source)) >= 0) {
      event((int) (found >>> 32), (int) found);
    }
    return sum;
  }

  /** One call through JNA for the batch, and from within it one callback for each event. */
  @Benchmark
  public long callbackPerEventByJna() {
    CrossingJna.crossing_events_by_callback(callback, events);
    return sum;
  }

  /** The crossing alone, through JNA. */
  @Benchmark
  public int emptyCallByJna() {
    return CrossingJna.crossing_nop();
  }

  /** The crossing alone, through JNI. */
  @Benchmark
  public int emptyCallByJni() {
    return Crossing.nop();
  }

  /** A crossing with four arguments, through JNA. */
  @Benchmark
  public long fourArgumentsByJna() {
    return CrossingJna.crossing_nop4(events, 2, 3, 4);
  }

  /** A crossing with four arguments, through JNI. */
  @Benchmark
  public long fourArgumentsByJni() {
    return Crossing.nop4(events, 2, 3, 4);
  }
}
