package org.jevent.internal.loop;

/**
 * Schedules the jobs of the layers above and deferred callbacks. The first of an iteration run in
 * it, further ones in the next, so that they cannot block I/O.
 */
final class Deferrals {
  private static final int MAX_PER_ITERATION = 32;

  private final LoopLock lock;
  private final LoopState state;
  private final ActiveQueues active;

  /** How many were scheduled in this iteration. */
  private int scheduled;

  Deferrals(final LoopLock lock, final LoopState state, final ActiveQueues active) {
    this.lock = lock;
    this.state = state;
    this.active = active;
  }

  /** An iteration begins; these many were left for it. */
  void beginIteration(final int left) {
    assert lock.isHeld() && left >= 0 : left;
    scheduled = left;
  }

  /** Schedules a job; false if it is scheduled already. */
  boolean schedule(final JobTask task) {
    lock.lock();
    try {
      state.requireOpen("schedule", task);
      return scheduleLocked(task);
    } finally {
      lock.unlock();
    }
  }

  /** Schedules a job of the library; does nothing once the base is closed. */
  void scheduleUnlessClosed(final JobTask task) {
    lock.lock();
    try {
      if (!state.isClosed()) {
        scheduleLocked(task);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same, in the next iteration. */
  void scheduleLater(final JobTask task) {
    lock.lock();
    try {
      if (!state.isClosed() && task.queued == 0) {
        active.addLater(task);
        state.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean scheduleLocked(final JobTask task) {
    assert lock.isHeld() : task;
    if (task.queued != 0) {
      return false;
    }
    if (scheduled++ < MAX_PER_ITERATION) {
      active.add(task);
    } else {
      active.addLater(task);
    }
    state.wakeUp();
    return true;
  }

  void cancel(final JobTask task) {
    lock.lock();
    try {
      if (task.queued != 0) {
        active.remove(task);
      }
    } finally {
      lock.unlock();
    }
  }

  void awaitReturn(final JobTask task) {
    lock.lock();
    try {
      state.awaitReturn(task);
    } finally {
      lock.unlock();
    }
  }

  /** Sets the priority of an item, which stays in its queue of active ones if it is in one. */
  void setPriority(final Activatable item, final int priority) {
    lock.lock();
    try {
      final int queued = item.queued;
      if (queued != 0) {
        active.remove(item);
      }
      item.currentPriority(priority);
      if (queued == Activatable.ACTIVE) {
        active.add(item);
      } else if (queued == Activatable.LATER) {
        active.addLater(item);
      }
      assert item.queued == queued : item;
    } finally {
      lock.unlock();
    }
  }
}
