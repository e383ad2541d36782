package org.jevent.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.ByteView;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * What binary protocols do with a buffer, in nanoseconds an operation, beside Netty's pooled direct
 * ByteBuf with the checks that it has by default. Ours run in a callback of a loop, whose thread
 * has the pool. {@code gc.alloc.rate.norm} shows what each allocates.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "-Dio.netty.leakDetection.level=disabled")
@OperationsPerInvocation(BinaryBenchmark.OPERATIONS)
public class BinaryBenchmark {
  static final int OPERATIONS = 4096;

  private static final int SIZE = 16_384;
  private static final int PARTS = 8;
  private static final int MESSAGE = 64;
  private static final int SLICE = 8192;
  private static final int VARIANTS = 16;
  private static final long MASK = 0x1234_5678_1234_5678L;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;
  private static final PooledByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

  /** Whether the bytes are in one piece or in eight. */
  @Param({"whole", "parts"})
  public String layout;

  private final byte[] message = new byte[MESSAGE];
  private final byte[][] patterns = new byte[VARIANTS][];
  private final ByteBuf[] needles = new ByteBuf[VARIANTS];
  private final byte[] prefix = new byte[32];
  private final ByteBuf prefixBuf = Unpooled.wrappedBuffer(prefix);
  private final byte[] lines = new byte[SIZE];
  private EventBase base;
  private EventBuffer ours;
  private EventBuffer queue;
  private ByteBuf theirs;
  private ByteBuf work;
  private int newlines;

  /** The same bytes for both: letters, with a newline in every 64. */
  @Setup
  public void fill() {
    for (int i = 0; i < SIZE; i++) {
      lines[i] = i % MESSAGE == MESSAGE - 1 ? (byte) '\n' : (byte) ('a' + i % 26);
    }
    System.arraycopy(lines, 0, prefix, 0, prefix.length);
    for (int i = 0; i < VARIANTS; i++) {
      patterns[i] = new byte[] {'\r', '\n', '\r', (byte) i};
      needles[i] = Unpooled.wrappedBuffer(patterns[i]);
    }
    base = new EventBase(new EventConfig());
    ours = new EventBuffer(base);
    queue = new EventBuffer(base);
    inLoop(this::fillOurs);
    fillTheirs();
    work = POOL.directBuffer(SIZE * 2);
  }

  private void fillOurs() {
    final int part = layout.equals("parts") ? SIZE / PARTS : SIZE;
    for (int at = 0; at < SIZE; at += part) {
      try (EventBuffer piece = new EventBuffer(base)) {
        ours.add(piece.add(lines, at, part));
      }
    }
  }

  private void fillTheirs() {
    if (!layout.equals("parts")) {
      theirs = POOL.directBuffer(SIZE).writeBytes(lines);
      return;
    }
    final CompositeByteBuf parts = POOL.compositeDirectBuffer(PARTS);
    for (int at = 0; at < SIZE; at += SIZE / PARTS) {
      parts.addComponent(true, POOL.directBuffer(SIZE / PARTS).writeBytes(lines, at, SIZE / PARTS));
    }
    theirs = parts;
  }

  /** Closes them. */
  @TearDown
  public void close() {
    ours.close();
    queue.close();
    base.close();
    theirs.release();
    work.release();
  }

  private void inLoop(final Runnable action) {
    base.execute(action);
    base.dispatch();
  }

  // ---- integers ----

  /** Four bytes at positions in turn. */
  @Benchmark
  public void getInteger(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.getInteger(i * 4L, 4));
          }
        });
  }

  @Benchmark
  public void getIntegerNetty(final Blackhole hole) {
    for (int i = 0; i < OPERATIONS; i++) {
      hole.consume(theirs.getInt(i * 4));
    }
  }

  /** Three bytes, as in the head of an HTTP/2 frame. */
  @Benchmark
  public void getMedium(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.getUnsigned(i * 3L, 3));
          }
        });
  }

  @Benchmark
  public void getMediumNetty(final Blackhole hole) {
    for (int i = 0; i < OPERATIONS; i++) {
      hole.consume(theirs.getUnsignedMedium(i * 3));
    }
  }

  /** Four bytes added, and all removed again once there are many. */
  @Benchmark
  public void addAndReadInteger(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            queue.addInteger(i, 4);
          }
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(queue.readInteger(4));
          }
        });
  }

  @Benchmark
  public void addAndReadIntegerNetty(final Blackhole hole) {
    work.clear();
    for (int i = 0; i < OPERATIONS; i++) {
      work.writeInt(i);
    }
    for (int i = 0; i < OPERATIONS; i++) {
      hole.consume(work.readInt());
    }
  }

  /** A number of six digits. */
  @Benchmark
  public void addDecimal() {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            queue.addDecimal(100_000 + i);
          }
          queue.drain(Long.MAX_VALUE);
        });
  }

  @Benchmark
  public void addDecimalNetty() {
    work.clear();
    for (int i = 0; i < OPERATIONS; i++) {
      work.writeCharSequence(Integer.toString(100_000 + i), StandardCharsets.US_ASCII);
    }
  }

  // ---- bytes ----

  /** A message added, and taken out in a separate array. */
  @Benchmark
  public void readBytes(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(queue.add(message).readBytes(MESSAGE));
          }
        });
  }

  @Benchmark
  public void readBytesNetty(final Blackhole hole) {
    for (int i = 0; i < OPERATIONS; i++) {
      work.clear();
      work.writeBytes(message);
      final byte[] bytes = new byte[MESSAGE];
      work.readBytes(bytes);
      hole.consume(bytes);
    }
  }

  /** Half of the buffer, shown without copying and closed. */
  @Benchmark
  public void slice(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            try (EventBuffer slice = ours.slice(i & 1023, SLICE)) {
              hole.consume(slice);
            }
          }
        });
  }

  @Benchmark
  public void sliceNetty(final Blackhole hole) {
    for (int i = 0; i < OPERATIONS; i++) {
      final ByteBuf slice = theirs.retainedSlice(i & 1023, SLICE);
      hole.consume(slice);
      slice.release();
    }
  }

  /** Thirty-two bytes that are there. */
  @Benchmark
  public void startsWith(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.startsWith(prefix, 0));
          }
        });
  }

  @Benchmark
  public void startsWithNetty(final Blackhole hole) {
    for (int i = 0; i < OPERATIONS; i++) {
      hole.consume(ByteBufUtil.equals(theirs, 0, prefixBuf, 0, prefix.length));
    }
  }

  // ---- many bytes, for each 1 KiB ----

  /** A pattern that is not there, another one each time. */
  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void search(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            hole.consume(ours.search(patterns[i], 1));
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void searchNetty(final Blackhole hole) {
    for (int i = 0; i < VARIANTS; i++) {
      hole.consume(ByteBufUtil.indexOf(needles[i], theirs));
    }
  }

  /** A mask of four bytes, as of WebSocket. */
  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void transform() {
    inLoop(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            ours.transform(0, SIZE, (word, mask) -> word ^ mask, MASK);
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void transformNetty() {
    for (int i = 0; i < VARIANTS; i++) {
      for (int at = 0; at < SIZE; at += Long.BYTES) {
        theirs.setLongLE(at, theirs.getLongLE(at) ^ MASK);
      }
    }
  }

  /** Newlines counted by words. */
  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void forEachSegment(final Blackhole hole) {
    inLoop(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            newlines = 0;
            ours.forEachSegment(0, -1, this::count);
            hole.consume(newlines);
          }
        });
  }

  private boolean count(final ByteView bytes) {
    int sum = 0;
    for (int at = 0; at < bytes.length(); at += Long.BYTES) {
      sum += newlines(bytes.word(at));
    }
    newlines += sum;
    return true;
  }

  private static int newlines(final long word) {
    final long others = word ^ NEWLINES;
    return Long.bitCount(~(((others & ~HIGHS) + ~HIGHS) | others) & HIGHS);
  }

  @Benchmark
  @OperationsPerInvocation(VARIANTS * SIZE / 1024)
  public void forEachSegmentNetty(final Blackhole hole) {
    for (int i = 0; i < VARIANTS; i++) {
      int sum = 0;
      for (int at = 0; at < SIZE; at += Long.BYTES) {
        sum += newlines(theirs.getLongLE(at));
      }
      hole.consume(sum);
    }
  }

  /** Lines of 64 bytes, added at once and read one by one with a limit. */
  @Benchmark
  @OperationsPerInvocation(SIZE / MESSAGE)
  public void readLine(final Blackhole hole) {
    inLoop(
        () -> {
          queue.add(lines);
          while (!queue.isEmpty()) {
            hole.consume(queue.readLine(Eol.LF, message));
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(SIZE / MESSAGE)
  public void readLineNetty(final Blackhole hole) {
    work.clear();
    work.writeBytes(lines);
    while (work.isReadable()) {
      final int length = work.bytesBefore(MESSAGE, (byte) '\n');
      work.readBytes(message, 0, length);
      work.skipBytes(1);
      hole.consume(length);
    }
  }
}
