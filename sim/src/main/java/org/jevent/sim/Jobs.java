package org.jevent.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Worlds side by side: each thread takes the next index when it has done with one. Of several that
 * fail the one with the lowest index counts, so that more threads find the same failure as one.
 *
 * @param <T> what is wrong with a world
 */
final class Jobs<T> {
  private final int count;
  private final long end;
  private final IntFunction<T> attempt;
  private int next;
  private int failedAt = Integer.MAX_VALUE;
  private T failure;
  private Throwable thrown;

  /**
   * @param count of worlds
   * @param end when none after the first is begun, as {@code System.nanoTime} has it
   * @param attempt tries one; null: nothing is wrong with it. Called by several threads
   */
  Jobs(final int count, final long end, final IntFunction<T> attempt) {
    this.count = count;
    this.end = end;
    this.attempt = attempt;
  }

  /** Tries all, or up to the first that fails, whose failure is returned; null: none fails. */
  T run(final int threads) {
    final List<Thread> others = new ArrayList<>();
    for (int i = 1; i < threads; i++) {
      final Thread thread = new Thread(this::work, "simulated worlds " + i);
      thread.start();
      others.add(thread);
    }
    work();
    others.forEach(Jobs::join);
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    return failure;
  }

  private static void join(final Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (final InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    for (int index = take(); index >= 0; index = take()) {
      try {
        failed(index, attempt.apply(index));
      } catch (final RuntimeException | Error e) {
        thrown(index, e);
      }
    }
  }

  /** The next index, or -1: there is none, or a lower one has failed. */
  private synchronized int take() {
    final boolean late = next > 0 && System.nanoTime() - end >= 0;
    return next < Math.min(count, failedAt) && !late ? next++ : -1;
  }

  private synchronized void failed(final int index, final T found) {
    if (found != null && index < failedAt) {
      failedAt = index;
      failure = found;
      thrown = null;
    }
  }

  private synchronized void thrown(final int index, final Throwable problem) {
    if (index < failedAt) {
      failedAt = index;
      failure = null;
      thrown = problem;
    }
  }
}
