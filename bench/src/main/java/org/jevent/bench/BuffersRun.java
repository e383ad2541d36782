package org.jevent.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contestant of {@code buffers}, in this process. */
@Command(
    name = "buffers-run",
    hidden = true,
    description = "Operations on buffers, on one contestant, in this process.",
    mixinStandardHelpOptions = true)
final class BuffersRun implements Callable<Integer> {
  private static final int TIMES = 20_000;
  private static final int WARM_UP = 50;
  private static final int ROUNDS = 31;
  private static final int SMALL = 64;
  private static final int LARGE = 16_384;

  @Option(names = "--on", required = true, description = "jevent or netty.")
  private String library;

  @Override
  public Integer call() {
    final byte[] small = new byte[SMALL];
    final byte[] large = new byte[LARGE];
    final byte[] text = new byte[LARGE];
    Arrays.fill(text, (byte) 'x');
    text[LARGE - 1] = '\n';
    try (BufferSubject subject =
        library.equals("jevent") ? new BufferSubject.Ours() : new BufferSubject.Netty()) {
      subject.inLoop(() -> measureAll(subject, small, large, text));
    }
    return 0;
  }

  private static void measureAll(
      final BufferSubject subject, final byte[] small, final byte[] large, final byte[] text) {
    subject.fill(text);
    if (subject.find() != LARGE - 1) {
      throw new IllegalStateException("the newline was found at " + subject.find());
    }
    System.out.printf(
        Locale.ROOT,
        "small=%.1f large=%.1f move=%.1f find=%.1f%n",
        measure(() -> subject.through(small)),
        measure(() -> subject.through(large)),
        measure(() -> subject.move(small)),
        measure(subject::find));
  }

  private static double measure(final Runnable operation) {
    final double[] figures = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      final long start = System.nanoTime();
      for (int i = 0; i < TIMES; i++) {
        operation.run();
      }
      if (round >= 0) {
        figures[round] = (double) (System.nanoTime() - start) / TIMES;
      }
    }
    Arrays.sort(figures);
    return figures[ROUNDS / 2];
  }
}
