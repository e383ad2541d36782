package org.jevent.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import org.jevent.buffer.ByteView;
import org.jevent.buffer.EventBuffer;
import org.jevent.buffer.SegmentVisitor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes that stay in a buffer: looked at, shown, searched and changed where they are. */
public class BinaryBenchmark extends BufferBenchmark {
  private static final int SIZE = 16_384;
  private static final int PARTS = 8;
  private static final int SLICE = 8192;
  private static final int VARIANTS = 16;
  private static final long MASK = 0x1234_5678_1234_5678L;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  /** Whether the bytes are in one piece or in eight. */
  @Param({"whole", "parts"})
  public String layout;

  private final byte[][] patterns = new byte[VARIANTS][];
  private final ByteBuf[] needles = new ByteBuf[VARIANTS];
  private final byte[] prefix = new byte[32];
  private final ByteBuf prefixBuf = Unpooled.wrappedBuffer(prefix);
  private final byte[] lines = lines(SIZE);
  private EventBuffer ours;
  private ByteBuf theirs;
  private final SegmentVisitor counter = this::count;
  private int newlines;
  private byte[] end;
  private ByteBuf endBuf;

  /** The same bytes for both. */
  @Setup
  public void open() {
    openBuffers();
    System.arraycopy(lines, 0, prefix, 0, prefix.length);
    for (int i = 0; i < VARIANTS; i++) {
      patterns[i] = new byte[] {'\r', '\n', '\r', (byte) i};
      needles[i] = Unpooled.wrappedBuffer(patterns[i]);
    }
    end = new byte[] {lines[MESSAGE - 3], lines[MESSAGE - 2], lines[MESSAGE - 1]};
    endBuf = Unpooled.wrappedBuffer(end);
    ours = new EventBuffer(base);
    inLoop(this::fillOurs);
    fillTheirs();
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
    theirs.release();
    closeBuffers();
  }

  // ---- integers ----

  /** Four bytes at positions in turn. */
  @Benchmark
  public void getInteger(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.getInteger(i * 4L, 4));
          }
        });
  }

  @Benchmark
  public void getIntegerNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(theirs.getInt(i * 4));
          }
        });
  }

  /** Three bytes, as in the head of an HTTP/2 frame. */
  @Benchmark
  public void getMedium(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.getUnsigned(i * 3L, 3));
          }
        });
  }

  @Benchmark
  public void getMediumNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(theirs.getUnsignedMedium(i * 3));
          }
        });
  }

  // ---- bytes ----

  /** Half of the buffer, shown without copying and closed. */
  @Benchmark
  public void slice(final Blackhole hole) {
    ours(
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
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            final ByteBuf slice = theirs.retainedSlice(i & 1023, SLICE);
            hole.consume(slice);
            slice.release();
          }
        });
  }

  /** Thirty-two bytes that are there. */
  @Benchmark
  public void startsWith(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.startsWith(prefix, 0));
          }
        });
  }

  @Benchmark
  public void startsWithNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ByteBufUtil.equals(theirs, 0, prefixBuf, 0, prefix.length));
          }
        });
  }

  // ---- many bytes, for each 1 KiB ----

  /** A pattern that is not there, another one each time. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void search(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            hole.consume(ours.search(patterns[i], 1));
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void searchNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            hole.consume(ByteBufUtil.indexOf(needles[i], theirs));
          }
        });
  }

  /** A mask of four bytes, as of WebSocket. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void transform() {
    ours(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            ours.transform(0, SIZE, (word, mask) -> word ^ mask, MASK);
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void transformNetty() {
    theirs(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            for (int at = 0; at < SIZE; at += Long.BYTES) {
              theirs.setLongLE(at, theirs.getLongLE(at) ^ MASK);
            }
          }
        });
  }

  /** Newlines counted by words. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void forEachSegment(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            newlines = 0;
            ours.forEachSegment(0, -1, counter);
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
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void forEachSegmentNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            int sum = 0;
            for (int at = 0; at < SIZE; at += Long.BYTES) {
              sum += newlines(theirs.getLongLE(at));
            }
            hole.consume(sum);
          }
        });
  }

  /** Newlines counted byte by byte. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void forEachByte(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            newlines = 0;
            ours.forEachSegment(0, -1, this::countBytes);
            hole.consume(newlines);
          }
        });
  }

  private boolean countBytes(final ByteView bytes) {
    int sum = 0;
    for (int at = 0; at < bytes.length(); at++) {
      sum += bytes.get(at) == '\n' ? 1 : 0;
    }
    newlines += sum;
    return true;
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS * VARIANTS * SIZE / 1024)
  public void forEachByteNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < VARIANTS; i++) {
            newlines = 0;
            theirs.forEachByte(this::countByte);
            hole.consume(newlines);
          }
        });
  }

  private boolean countByte(final byte value) {
    newlines += value == '\n' ? 1 : 0;
    return true;
  }

  // ---- few bytes ----

  /** The mask of a message of 64 bytes. */
  @Benchmark
  public void transformMessage() {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            ours.transform(MESSAGE * (i & 127), MESSAGE, (word, mask) -> word ^ mask, MASK);
          }
        });
  }

  @Benchmark
  public void transformMessageNetty() {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            final int from = MESSAGE * (i & 127);
            for (int at = from; at < from + MESSAGE; at += Long.BYTES) {
              theirs.setLongLE(at, theirs.getLongLE(at) ^ MASK);
            }
          }
        });
  }

  /** A look at a message of 64 bytes. */
  @Benchmark
  public void visitMessage(final Blackhole hole) {
    ours(
        () -> {
          newlines = 0;
          for (int i = 0; i < OPERATIONS; i++) {
            ours.forEachSegment(MESSAGE * (i & 127), MESSAGE, counter);
          }
          hole.consume(newlines);
        });
  }

  @Benchmark
  public void visitMessageNetty(final Blackhole hole) {
    theirs(
        () -> {
          int sum = 0;
          for (int i = 0; i < OPERATIONS; i++) {
            final int from = MESSAGE * (i & 127);
            for (int at = from; at < from + MESSAGE; at += Long.BYTES) {
              sum += newlines(theirs.getLongLE(at));
            }
          }
          hole.consume(sum);
        });
  }

  /** A pattern of three bytes that ends 63 bytes behind where the search begins. */
  @Benchmark
  public void searchMessage(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(ours.search(end, MESSAGE * (i & 127)));
          }
        });
  }

  /** A search begins where the reader is. */
  @Benchmark
  public void searchMessageNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            theirs.readerIndex(MESSAGE * (i & 127));
            hole.consume(ByteBufUtil.indexOf(endBuf, theirs));
          }
          theirs.readerIndex(0);
        });
  }
}
