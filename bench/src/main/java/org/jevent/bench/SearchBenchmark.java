package org.jevent.bench;

import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.Eol;
import org.jevent.buffer.EventBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What looking for bytes in a buffer costs, in nanoseconds for each KiB, beside a loop over an
 * array that looks at one byte after the other. What is searched for changes each time, as a buffer
 * remembers how far it was searched.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@OperationsPerInvocation(SearchBenchmark.KIBIBYTES)
public class SearchBenchmark {
  static final int KIBIBYTES = 64;

  private static final int LINE = 64;

  private final byte[] array = new byte[KIBIBYTES * 1024];
  private final byte[] lines = new byte[KIBIBYTES * 1024];
  private final byte[] line = new byte[LINE];
  private final byte[] pattern = {'\r', '\n', '\r', '\n'};
  private byte wanted = '\n';
  private Eol style = Eol.CRLF;
  private EventBase base;
  private EventBuffer plain;
  private EventBuffer text;

  /** Bytes without a newline, and the same with one in every 64. */
  @Setup
  public void fill() {
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) ('a' + i % 26);
      lines[i] = i % LINE == LINE - 1 ? (byte) '\n' : array[i];
    }
    base = new EventBase(new EventConfig());
    plain = new EventBuffer(base);
    plain.add(array);
    text = new EventBuffer(base);
  }

  /** Closes them. */
  @TearDown
  public void close() {
    plain.close();
    text.close();
    base.close();
  }

  /** A byte that is not there, by words of a buffer's segments. */
  @Benchmark
  public long buffer() {
    wanted = (byte) ~wanted;
    return plain.indexOf(wanted);
  }

  /** The same, one byte of an array after the other. */
  @Benchmark
  public long array() {
    for (int i = 0; i < array.length; i++) {
      if (array[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Four bytes that are not there. */
  @Benchmark
  public long pattern() {
    pattern[0] = (byte) ~pattern[0];
    return plain.search(pattern);
  }

  /** The end of a line, LF or CRLF, and NUL in turn. */
  @Benchmark
  public Object endOfLine() {
    style = style == Eol.CRLF ? Eol.NUL : Eol.CRLF;
    return plain.searchEol(style, 0);
  }

  /** Lines of 64 bytes added and read one by one. */
  @Benchmark
  public int lines() {
    text.add(lines);
    int read = 0;
    while (text.readLine(Eol.LF, line) >= 0) {
      read++;
    }
    return read;
  }

  /** The same lines found in an array, one byte after the other, and copied. */
  @Benchmark
  public int linesOfArray() {
    int read = 0;
    int start = 0;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == '\n') {
        System.arraycopy(lines, start, line, 0, i - start);
        start = i + 1;
        read++;
      }
    }
    return read;
  }
}
