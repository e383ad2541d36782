package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * Recursion until the stack is full, with one operation after the other on the way, each of which
 * may meet the end of the stack anywhere. Frames have several sizes, so that the operations come
 * upon the end in different places.
 */
final class Climb {
  /** Small, so that it is soon full. */
  private static final long STACK = 256 * 1024;

  private static final int WARM_UP = 40;
  private static final int PASSES = 4;

  /** In a pass: compiled frames are small, and leak detection records the callers of each. */
  private static final int MAX_ATTEMPTS = 1000;

  private static final int MAX_DEPTH = 200_000;

  /** Operation number {@code i}. */
  @FunctionalInterface
  interface Operation {
    void call(int i);
  }

  private final Operation operation;
  private final boolean[] done = new boolean[MAX_DEPTH];
  private int next;

  /** How often this pass has called {@link #narrow}, and where its operations begin. */
  private int depth;

  private int attemptsFrom;

  private Climb(final Operation operation) {
    this.operation = operation;
  }

  /** Climbs in this thread; returns the numbers of the operations that did not throw, in order. */
  static List<Integer> here(final Operation operation) {
    final Climb climb = new Climb(operation);
    for (int i = 0; i < WARM_UP; i++) {
      operation.call(
          i); // what is loaded and linked for the first time needs more stack than others
      climb.done[i] = true;
      climb.next = i + 1;
    }
    for (int start = 0; start < PASSES; start++) {
      climb.pass(start);
    }
    final List<Integer> successes = new ArrayList<>();
    for (int i = 0; i < climb.next; i++) {
      if (climb.done[i]) {
        successes.add(i);
      }
    }
    assertThat(successes)
        .as("operations that met the end of the stack")
        .hasSizeLessThan(climb.next);
    return successes;
  }

  /** The first pass only finds out how deep the stack is. */
  private void pass(final int start) {
    attemptsFrom = start == 0 ? Integer.MAX_VALUE : Math.max(depth / 4 * 3, depth - MAX_ATTEMPTS);
    depth = 0;
    try {
      narrow(start);
    } catch (final StackOverflowError end) {
      return;
    }
  }

  private void attempt() {
    if (++depth < attemptsFrom) {
      return; // each operation costs more in a deep stack, and can meet its end only near that
    }
    final int i = next;
    next = i + 1;
    try {
      operation.call(i);
      done[i] = true;
    } catch (final StackOverflowError expected) {
      // it must have changed nothing
    }
  }

  private void narrow(final int size) {
    attempt();
    if (size % 3 == 0) {
      wide(size + 1, size, size, size);
    } else {
      narrow(size + 1);
    }
  }

  private void wide(final int size, final long a, final long b, final long c) {
    if (size % 2 == 0) {
      wider(size + 1, a + b, b + c, c + a, a, b, c);
    } else {
      narrow(size + (int) (a + b + c) % 5 + 1);
    }
  }

  private void wider(
      final int size,
      final long a,
      final long b,
      final long c,
      final long d,
      final long e,
      final long f) {
    narrow(size + (int) (a + b + c + d + e + f) % 7 + 1);
  }

  /** Runs something in a thread with a small stack, and waits for its end. */
  static void onSmallStack(final Runnable action) throws Exception {
    final List<Throwable> thrown = new ArrayList<>();
    final Thread thread =
        new Thread(
            null,
            () -> {
              try {
                action.run();
              } catch (final Throwable e) {
                thrown.add(e);
              }
            },
            "small stack",
            STACK);
    thread.start();
    thread.join();
    if (!thrown.isEmpty()) {
      throw new AssertionError("thrown in the thread with the small stack", thrown.get(0));
    }
  }
}
