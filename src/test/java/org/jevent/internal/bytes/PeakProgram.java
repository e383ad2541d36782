package org.jevent.internal.bytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.buffer.EventBuffer;

/**
 * A program whose buffers hold much for a moment. Prints how much memory of the process is resident
 * at the start, at the peak, and what it is at least in the seconds after that; in MiB.
 */
final class PeakProgram {
  private static final int BUFFERS = 16;
  private static final long SMALL = 1 << 20;

  private final EventBase base;
  private final long bytes;
  private long start;
  private long peak;
  private long least = Long.MAX_VALUE;
  private int looks;

  private PeakProgram(final EventBase base, final long bytes) {
    this.base = base;
    this.bytes = bytes;
  }

  public static void main(final String[] arguments) {
    final long bytes = Long.parseLong(arguments[1]) << 20;
    final EventConfig config = new EventConfig().method(arguments[0]).maxBufferMemory(2 * bytes);
    try (EventBase base = new EventBase(config)) {
      final PeakProgram program = new PeakProgram(base, bytes);
      base.execute(program::run);
      base.dispatch();
      System.out.printf("%d %d %d%n", program.start, program.peak, program.least);
    }
  }

  private static long resident() {
    try {
      for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
        }
      }
      throw new IllegalStateException("no VmRSS");
    } catch (final IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    fill(SMALL); // what is made once is not the peak's
    start = resident();
    fill(bytes);
    base.newPeriodicTimer((event, what) -> look()).add(Duration.ofMillis(2500));
  }

  /** Chunks of all sizes, and separate memory where bytes have to stand together. */
  private void fill(final long total) {
    final List<EventBuffer> buffers = new ArrayList<>();
    for (int i = 0; i < BUFFERS; i++) {
      final EventBuffer buffer = new EventBuffer(base);
      buffers.add(buffer);
      int size = 100;
      while (buffer.length() < total / BUFFERS) {
        buffer.add(new byte[size]);
        if (size > 60_000) {
          buffer.expand(size);
          buffer.add(new byte[size]);
        }
        size = size > 60_000 ? 100 : size * 2;
      }
    }
    peak = resident();
    buffers.forEach(EventBuffer::close);
  }

  private void look() {
    least = Math.min(least, resident());
    if (++looks == 4) {
      base.loopBreak();
    }
  }
}
