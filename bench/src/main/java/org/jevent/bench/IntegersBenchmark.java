package org.jevent.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Integers of each size: at positions, added, and removed. */
public class IntegersBenchmark extends BufferBenchmark {
  /** How many bytes. */
  @Param({"1", "2", "3", "4", "5", "6", "7", "8"})
  public int size;

  /** Which byte is the first. */
  @Param({"big", "little"})
  public String order;

  private byte[] bytes;
  private IntegerCalls calls;

  /** The same bytes for both. */
  @Setup
  public void open() {
    openBuffers();
    bytes = lines(OPERATIONS * size);
    calls = IntegerCalls.of(size, order.equals("little"));
    inLoop(() -> queue.add(bytes));
    work.writeBytes(bytes);
  }

  /** Closes the buffers. */
  @TearDown
  public void close() {
    closeBuffers();
  }

  @Benchmark
  public void get(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(calls.get(queue, i * size));
          }
        });
  }

  @Benchmark
  public void getNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(calls.get(work, i * size));
          }
        });
  }

  @Benchmark
  public void add() {
    ours(
        () -> {
          queue.drain(Long.MAX_VALUE);
          for (int i = 0; i < OPERATIONS; i++) {
            calls.add(queue, i & 0x7f);
          }
        });
  }

  @Benchmark
  public void addNetty() {
    theirs(
        () -> {
          work.clear();
          for (int i = 0; i < OPERATIONS; i++) {
            calls.add(work, i & 0x7f);
          }
        });
  }

  /** All bytes are added at once before. */
  @Benchmark
  public void read(final Blackhole hole) {
    ours(
        () -> {
          queue.drain(Long.MAX_VALUE);
          queue.add(bytes);
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(calls.read(queue));
          }
        });
  }

  @Benchmark
  public void readNetty(final Blackhole hole) {
    theirs(
        () -> {
          work.clear();
          work.writeBytes(bytes);
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(calls.read(work));
          }
        });
  }
}
