package org.jevent.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What binary protocols do with a buffer, in nanoseconds an operation, beside Netty's pooled direct
 * ByteBuf with the checks that it has by default. Ours run in a callback of a loop, whose thread
 * has the pool. A benchmark of Netty has the name of ours with "Netty" behind it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 2, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Dio.netty.leakDetection.level=disabled")
@OperationsPerInvocation(BufferBenchmark.ROUNDS * BufferBenchmark.OPERATIONS)
public abstract class BufferBenchmark {
  static final int OPERATIONS = 4096;

  /** How often each does its operations at a time: a loop's iteration costs as much as many. */
  static final int ROUNDS = 128;

  static final int MESSAGE = 64;
  static final PooledByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

  private static final int LOADS = 1_000_000;
  private static final int ROOM = OPERATIONS * Long.BYTES;

  EventBase base;
  EventBuffer queue;
  ByteBuf work;

  BufferBenchmark() {}

  /** An empty buffer of each. */
  final void openBuffers() {
    loadAll();
    base = new EventBase(new EventConfig());
    queue = new EventBuffer(base);
    work = POOL.directBuffer(ROOM);
  }

  /**
   * The JVM loads a class of the signatures of ByteBuffer's accessors when it has compiled them.
   * Code that was compiled before calls them, and is measured for ever.
   */
  private static void loadAll() {
    final ByteBuffer words = ByteBuffer.allocateDirect(Long.BYTES);
    for (int i = 0; i < LOADS; i++) {
      words.putLong(0, words.getLong(0) + 1);
    }
  }

  final void closeBuffers() {
    queue.close();
    base.close();
    work.release();
  }

  /** Once in a callback of the loop. */
  final void inLoop(final Runnable action) {
    base.execute(action);
    base.dispatch();
  }

  /** All rounds of ours. */
  final void ours(final Runnable round) {
    inLoop(() -> theirs(round));
  }

  /** All rounds of Netty's. */
  static void theirs(final Runnable round) {
    for (int i = 0; i < ROUNDS; i++) {
      round.run();
    }
  }

  /** Messages of letters, each with a newline at its end. */
  static byte[] lines(final int size) {
    final byte[] lines = new byte[size];
    for (int i = 0; i < size; i++) {
      lines[i] = i % MESSAGE == MESSAGE - 1 ? (byte) '\n' : (byte) ('a' + i % MESSAGE % 26);
    }
    return lines;
  }
}
