package org.jevent.http;

import java.util.ArrayDeque;
import java.util.Deque;

/** Tasks that are put off; those that a task adds run the next time. */
final class TaskList {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  void add(final Runnable task) {
    tasks.add(task);
  }

  void run() {
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
  }
}
