package org.jevent.internal.loop;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The tasks of {@link EventLoop#execute} that the loop has not run yet. Adding does not take the
 * lock but a spin gate, for as long as a store into an array takes. Only a thread that finds the
 * queue empty takes the lock then, to activate it. The loop exchanges the array for an empty one.
 */
final class TaskQueue extends Activatable {
  private static final int MIN_CAPACITY = 64;
  private static final int MAX_RETAINED = 8192;
  private static final int MAX_SPINS = 100;

  /** Arguments of {@link #call}: all tasks, or those until the loop leaves the queue. */
  private static final int ALL = 1;

  private static final int UNTIL_LEAVING = 0;

  private final ActiveQueues active;
  private final LoopState state;
  private final Invoker invoker;
  private final AtomicBoolean gate = new AtomicBoolean();

  /** Guarded by the gate. */
  private Runnable[] added = new Runnable[MIN_CAPACITY];

  private int addedCount;

  /** Guarded by the gate. */
  private boolean closed;

  /**
   * The tasks that the loop has taken and not run yet, from {@code next} on. The loop's thread
   * only.
   */
  private Runnable[] taken = new Runnable[MIN_CAPACITY];

  private int next;
  private int takenCount;

  TaskQueue(final ActiveQueues active, final LoopState state, final Invoker invoker) {
    super(active.defaultPriority());
    this.active = active;
    this.state = state;
    this.invoker = invoker;
  }

  /**
   * Adds a task; true: the caller has to {@link #activate} the queue.
   *
   * @throws IllegalStateException if the task will not run
   */
  boolean add(final Runnable task) {
    enter();
    try {
      if (closed) {
        state.requireOpen("execute");
        throw new IllegalStateException("execute: the base is being closed");
      }
      final int place = addedCount;
      if (place == added.length) {
        added = Arrays.copyOf(added, place * 2);
      }
      added[place] = task;
      addedCount = place + 1;
      return place == 0;
    } finally {
      leave();
    }
  }

  @SuppressWarnings(
      "ThreadPriorityCheck") // a hint without a guarantee: the waiting thread only yields
  private void enter() {
    int spins = 0;
    while (gate.getOpaque() || !gate.compareAndSet(false, true)) {
      if (++spins < MAX_SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // the thread inside may have lost the processor
      }
    }
  }

  private void leave() {
    assert gate.getOpaque() && addedCount <= added.length : this;
    gate.setRelease(false);
  }

  /** Activates the added tasks. Called with the lock held. */
  void activate() {
    if (queued == 0 && !isEmpty()) {
      if (state.processing()) {
        active.addLater(this);
      } else {
        active.add(this);
      }
    }
    state.wakeUp();
  }

  /** Whether the loop has taken all added tasks. */
  boolean isEmpty() {
    enter();
    try {
      return addedCount == 0;
    } finally {
      leave();
    }
  }

  /** Runs the tasks present at the start; tasks that those add run in the next iteration. */
  @Override
  void run() {
    assert state.inLoop() && queued == 0 : this;
    if (next == takenCount) {
      take();
    }
    runAll(UNTIL_LEAVING);
    if (queued == 0 && (next < takenCount || !isEmpty())) {
      active.addLater(this);
    }
  }

  /**
   * Closes the queue and runs the remaining tasks: called while no loop runs and none can start.
   */
  void close() {
    enter();
    closed = true;
    leave();
    if (queued != 0) {
      active.remove(this);
    }
    runAll(ALL);
    take();
    runAll(ALL);
    assert next == takenCount && isEmpty() : this;
  }

  /** With one release of the lock for all tasks, as taking it costs more than most tasks. */
  private void runAll(final int which) {
    if (next < takenCount) {
      invoker.invoke(this, CallbackKind.TASKS, this, which);
    }
  }

  @Override
  void call(final long argument) {
    final int from = next;
    try {
      Runnable task;
      while ((task = next()) != null) {
        runTask(task);
        if (argument == UNTIL_LEAVING && state.leavingQueue()) {
          break;
        }
      }
    } finally {
      final LoopObserver observer = invoker.observer();
      if (observer != null) {
        observer.taskBatch(next - from);
      }
    }
  }

  private void runTask(final Runnable task) {
    try {
      task.run();
    } catch (final Throwable e) {
      invoker.report(task, e);
    }
  }

  private void take() {
    final Runnable[] empty = taken.length > MAX_RETAINED ? new Runnable[MIN_CAPACITY] : taken;
    assert next == takenCount : this;
    enter();
    taken = added;
    takenCount = addedCount;
    added = empty;
    addedCount = 0;
    leave();
    next = 0;
  }

  /** The next task to run, or null. */
  private Runnable next() {
    if (next == takenCount) {
      return null;
    }
    final Runnable task = taken[next];
    taken[next++] = null;
    return task;
  }

  @Override
  public String toString() {
    return "tasks";
  }
}
