package org.jevent.conformance;

import java.util.concurrent.Executor;

/** A thread for each task: the common pool may have one thread for all of them. */
final class Threads {
  static final Executor EACH =
      task -> {
        final Thread thread = new Thread(task, "test");
        thread.setDaemon(true);
        thread.start();
      };

  private Threads() {}
}
