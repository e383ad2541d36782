package org.jevent;

import java.util.ArrayDeque;

/**
 * What {@link EventBase#execute} has been given and the loop has not run yet. Guarded by the base's
 * lock.
 */
final class TaskQueue extends Activatable {
  private ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private ArrayDeque<Runnable> running = new ArrayDeque<>();
  private boolean closed;

  TaskQueue(final EventBase base, final int priority) {
    super(base, priority);
  }

  void add(final Runnable task) {
    base.requireOpen("execute");
    if (closed) {
      throw new IllegalStateException("execute: the base is being closed");
    }
    tasks.add(task);
    if (queued == 0) {
      if (base.loop.processing()) {
        base.registry.active.addLater(this);
      } else {
        base.registry.active.add(this);
      }
    }
    base.loop.wakeUp();
  }

  /** Runs what was there when it started; what tasks add runs in the next iteration. */
  @Override
  void run() {
    final ArrayDeque<Runnable> batch = tasks;
    tasks = running;
    running = batch;
    Runnable task;
    while ((task = batch.poll()) != null) {
      base.loop.runUserCode(task, task);
      if (base.loop.leavingQueue()) {
        putBack(batch);
        return;
      }
    }
  }

  /** Takes no more and runs what is left: called while no loop runs and none can start. */
  void close() {
    closed = true;
    if (queued != 0) {
      base.registry.active.remove(this);
    }
    Runnable task;
    while ((task = tasks.poll()) != null) {
      base.loop.runUserCode(task, task);
    }
  }

  private void putBack(final ArrayDeque<Runnable> batch) {
    while (!batch.isEmpty()) {
      tasks.addFirst(batch.pollLast());
    }
    if (!tasks.isEmpty() && queued == 0) {
      base.registry.active.addLater(this);
    }
  }

  @Override
  public String toString() {
    return "tasks";
  }
}
