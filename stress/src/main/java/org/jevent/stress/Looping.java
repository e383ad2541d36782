package org.jevent.stress;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jevent.EventBase;

/**
 * A base whose loop ends on request, or after seconds without a request. It is run by one of the
 * actors, or by a separate thread where both actors have other work, as jcstress wants a processor
 * for each of them.
 */
class Looping {
  /** Much longer than a machine takes to run three threads. */
  static final Duration LOST = Duration.ofSeconds(20);

  private static final Executor THREADS =
      Executors.newCachedThreadPool(
          task -> {
            final Thread thread = new Thread(task, "loop");
            thread.setDaemon(true);
            return thread;
          });

  final EventBase base = new EventBase();
  private volatile boolean lost;
  private CompletableFuture<Integer> running;

  Looping() {
    base.newTimer(
            (timer, what) -> {
              lost = true;
              base.loopBreak();
            })
        .add(LOST);
  }

  /** Runs the loop; 1 if it ended on request, 0 if the request got lost. */
  final int run() {
    base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
    return lost ? 0 : 1;
  }

  /** Runs the loop in a separate thread, which may be late. */
  final void start() {
    running = CompletableFuture.supplyAsync(this::runUnlessClosed, THREADS);
  }

  private int runUnlessClosed() {
    try {
      return run();
    } catch (final IllegalStateException e) {
      if (base.isClosed()) {
        return 1;
      }
      throw e;
    }
  }

  /** What the thread found. */
  final int ended() {
    return running.join();
  }
}
