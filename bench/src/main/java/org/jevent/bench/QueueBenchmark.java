package org.jevent.bench;

import java.nio.charset.StandardCharsets;
import org.jevent.buffer.Eol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Numbers, bytes and lines that are added at the back and removed from the front. */
public class QueueBenchmark extends BufferBenchmark {
  private static final int LINES = 256;

  private final byte[] message = new byte[MESSAGE];
  private final byte[] lines = lines(LINES * MESSAGE);
  private final byte[] linesOfBoth = lines.clone();

  /** Makes the lines of one of them end with both bytes. */
  public QueueBenchmark() {
    for (int i = MESSAGE - 2; i < linesOfBoth.length; i += MESSAGE) {
      linesOfBoth[i] = '\r';
    }
  }

  /** Empty buffers. */
  @Setup
  public void open() {
    openBuffers();
  }

  /** Closes the buffers. */
  @TearDown
  public void close() {
    closeBuffers();
  }

  /** A number of six digits. */
  @Benchmark
  public void addDecimal() {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            queue.addDecimal(100_000 + i);
          }
          queue.drain(Long.MAX_VALUE);
        });
  }

  @Benchmark
  public void addDecimalNetty() {
    theirs(
        () -> {
          work.clear();
          for (int i = 0; i < OPERATIONS; i++) {
            work.writeCharSequence(Integer.toString(100_000 + i), StandardCharsets.US_ASCII);
          }
        });
  }

  /** A message added, and taken out in a separate array. */
  @Benchmark
  public void readBytes(final Blackhole hole) {
    ours(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            hole.consume(queue.add(message).readBytes(MESSAGE));
          }
        });
  }

  @Benchmark
  public void readBytesNetty(final Blackhole hole) {
    theirs(
        () -> {
          for (int i = 0; i < OPERATIONS; i++) {
            work.clear();
            work.writeBytes(message);
            final byte[] bytes = new byte[MESSAGE];
            work.readBytes(bytes);
            hole.consume(bytes);
          }
        });
  }

  /** Lines of 64 bytes, added at once and read one by one with a limit. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * LINES)
  public void readLine(final Blackhole hole) {
    ours(
        () -> {
          queue.add(lines);
          while (!queue.isEmpty()) {
            hole.consume(queue.readLine(Eol.LF, message));
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS * LINES)
  public void readLineNetty(final Blackhole hole) {
    theirs(
        () -> {
          work.clear();
          work.writeBytes(lines);
          while (work.isReadable()) {
            final int length = work.bytesBefore(MESSAGE, (byte) '\n');
            work.readBytes(message, 0, length);
            work.skipBytes(1);
            hole.consume(length);
          }
        });
  }

  /** The same with two bytes at the end, into an array of each line's own. */
  @Benchmark
  @OperationsPerInvocation(ROUNDS * LINES)
  public void readLineOfCrlf(final Blackhole hole) {
    ours(
        () -> {
          queue.add(linesOfBoth);
          while (!queue.isEmpty()) {
            hole.consume(queue.readLineBytes(Eol.CRLF, MESSAGE));
          }
        });
  }

  @Benchmark
  @OperationsPerInvocation(ROUNDS * LINES)
  public void readLineOfCrlfNetty(final Blackhole hole) {
    theirs(
        () -> {
          work.clear();
          work.writeBytes(linesOfBoth);
          while (work.isReadable()) {
            final int feed = work.bytesBefore(MESSAGE, (byte) '\n');
            final boolean both = feed > 0 && work.getByte(work.readerIndex() + feed - 1) == '\r';
            final byte[] line = new byte[both ? feed - 1 : feed];
            work.readBytes(line);
            work.skipBytes(both ? 2 : 1);
            hole.consume(line);
          }
        });
  }
}
