package org.jevent.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jevent.EventConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contestant of {@code timeouts}, in this process; does what {@code timer_libevent} does. */
@Command(
    name = "timeouts-run",
    hidden = true,
    description = "Adds, cancels and fires time-outs, on one contestant, in this process.",
    mixinStandardHelpOptions = true)
final class TimeoutsRun implements Callable<Integer> {
  private static final int BATCH = 10_000;
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 51;
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private enum Kind {
    LOCKED,
    UNLOCKED,
    NETTY
  }

  @Option(names = "--on", required = true, description = "locked, unlocked or netty.")
  private Kind kind;

  @Option(names = "-n", defaultValue = "1000", description = "Others that are pending.")
  private int pending;

  private final long[] nanos =
      new SplittableRandom(20261123).longs(BATCH, HOUR / 2, HOUR).toArray();

  @Override
  public Integer call() {
    final int all = pending + BATCH;
    try (TimeoutQueue queue =
        switch (kind) {
          case LOCKED -> new TimeoutQueue.Ours(new EventConfig(), all);
          case UNLOCKED -> new TimeoutQueue.Ours(new EventConfig().noLock(), all);
          case NETTY -> new TimeoutQueue.Wheel(all);
        }) {
      for (int i = BATCH; i < all; i++) {
        queue.add(i, nanos[i % BATCH]);
      }
      measure(queue);
    }
    return 0;
  }

  private void measure(final TimeoutQueue queue) {
    final double[][] figures = new double[4][ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      final double add = time(() -> each(i -> queue.add(i, nanos[i])));
      final double again = time(() -> each(i -> queue.addAgain(i, nanos[BATCH - 1 - i])));
      final double cancel = time(() -> each(queue::cancel));
      final double fire = queue.firesWhenAsked() ? fire(queue) : 0;
      if (round >= 0) {
        figures[0][round] = add;
        figures[1][round] = again;
        figures[2][round] = cancel;
        figures[3][round] = fire;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "add=%.1f again=%.1f cancel=%.1f",
        median(figures[0]),
        median(figures[1]),
        median(figures[2]));
    System.out.println(
        queue.firesWhenAsked() ? String.format(Locale.ROOT, " fire=%.1f", median(figures[3])) : "");
  }

  /** Adding those that are due is not measured. */
  private static double fire(final TimeoutQueue queue) {
    final long before = queue.fire();
    each(i -> queue.add(i, 0));
    return time(
        () -> {
          long fired = queue.fire();
          while (fired - before < BATCH) {
            fired = queue.fire();
          }
          return fired;
        });
  }

  private interface Operation {
    void on(int number);
  }

  private static long each(final Operation operation) {
    for (int i = 0; i < BATCH; i++) {
      operation.on(i);
    }
    return BATCH;
  }

  private static double time(final LongSupplier work) {
    final long start = System.nanoTime();
    work.getAsLong();
    return (double) (System.nanoTime() - start) / BATCH;
  }

  private static double median(final double... figures) {
    Arrays.sort(figures);
    return figures[figures.length / 2];
  }
}
