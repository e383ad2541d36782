package org.jevent.http;

import java.util.ArrayDeque;
import java.util.Deque;

/** Tasks that are put off. */
final class TaskList {
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  void add(final Runnable task) {
    tasks.add(task);
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** Runs those that are there; what they add runs the next time. */
  void run() {
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
  }
}
