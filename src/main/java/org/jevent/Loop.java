package org.jevent;

import java.lang.reflect.UndeclaredThrowableException;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.StackReserve;

/**
 * The loop: waits, determines the active items, and runs them. One iteration is {@link #iterate};
 * the rules of which callback runs when are libevent's.
 */
final class Loop {
  private final EventBase base;
  private final Engine engine;
  private final Lock lock;
  private final Limits limits;

  private volatile Thread owner;
  private boolean waiting;
  private boolean notified;
  private boolean processing;
  private int runningPriority;
  private Activatable current;
  private volatile boolean exit;
  private volatile boolean broken;
  private volatile boolean again;
  private Error error;
  private long iterations;

  /** When to poll again although callbacks are left; {@code intervalNanos} below zero: never. */
  record Limits(long intervalNanos, int callbacks, int fromPriority) {}

  Loop(final EventBase base, final Engine engine, final Lock lock, final Limits limits) {
    this.base = base;
    this.engine = engine;
    this.lock = lock;
    this.limits = limits;
  }

  LoopResult run(final int flags) {
    StackReserve.largest();
    lock.lock();
    try {
      base.requireOpen("dispatch");
      if (owner != null) {
        throw new IllegalStateException(
            owner == Thread.currentThread()
                ? "the loop is running already: it cannot run inside itself"
                : "the loop is running already, in thread " + owner.getName());
      }
      owner = Thread.currentThread();
      exit = false;
      broken = false;
      base.clock.clear();
      try {
        return iterateUntilDone(flags);
      } finally {
        base.clock.clear();
        owner = null;
        lock.callbackReturned();
      }
    } finally {
      lock.unlock();
    }
  }

  private LoopResult iterateUntilDone(final int flags) {
    final boolean once = (flags & EventBase.LOOP_ONCE) != 0;
    final boolean nonBlocking = (flags & EventBase.LOOP_NONBLOCK) != 0;
    final boolean stay = (flags & EventBase.LOOP_NO_EXIT_ON_EMPTY) != 0;
    while (!exit && !broken) {
      base.services.runPrePollTasks();
      rethrow();
      if (!stay && !base.states.hasEvents() && base.states.active.count() == 0) {
        return LoopResult.EMPTY;
      }
      final int ran = iterate(nonBlocking);
      rethrow();
      if (nonBlocking || (once && ran > 0 && base.states.active.count() == 0)) {
        return LoopResult.STOPPED;
      }
    }
    return LoopResult.STOPPED;
  }

  /** Throws the error that a callback has thrown. */
  void rethrow() {
    if (error != null) {
      final Error thrown = error;
      error = null;
      throw thrown;
    }
  }

  /** One iteration; returns how many user callbacks ran. */
  private int iterate(final boolean nonBlocking) {
    final EventStates states = base.states;
    again = false;
    iterations++;
    states.deferred = states.active.promote();
    runWatchers(true, timeout(nonBlocking));
    base.services.runPrePollTasks();
    states.io.flush();
    base.clock.clear();
    await(timeout(nonBlocking));
    base.clock.update();
    runWatchers(false, 0);
    states.deliverReports();
    base.services.deliverReports();
    expireTimers();
    return states.active.count() > 0 ? process() : 0;
  }

  private long timeout(final boolean nonBlocking) {
    if (nonBlocking || exit || broken || again) {
      return 0;
    }
    if (base.states.active.count() > 0
        || base.states.io.hasReports()
        || base.services.hasCrossThreadTasks()) {
      return 0;
    }
    final TimerNode first = base.states.timers.peek();
    return first == null ? -1 : Math.max(0, first.deadline - base.clock.now());
  }

  private void await(final long timeout) {
    waiting = timeout != 0;
    notified = false;
    lock.unlock();
    try {
      engine.enter(timeout);
    } finally {
      lock.lock();
      waiting = false;
    }
  }

  private void expireTimers() {
    final TimerQueue timers = base.states.timers;
    TimerNode first = timers.peek();
    if (first == null) {
      return;
    }
    final long now = base.clock.now();
    while (first != null && first.deadline <= now) {
      timers.pop(first);
      try {
        first.expire(base);
      } catch (final Throwable e) {
        reportUnlocked(first, e);
      }
      first = timers.peek();
    }
  }

  private void runWatchers(final boolean before, final long timeout) {
    for (final Watcher watcher : base.watchers.watchers(before)) {
      lock.unlock();
      try {
        watcher.run(timeout);
      } catch (final Throwable e) {
        report(watcher, e);
      } finally {
        lock.lock();
      }
    }
  }

  /** Runs the most urgent queue that has user callbacks; returns how many ran. */
  private int process() {
    final ActiveQueues active = base.states.active;
    final boolean timed = limits.intervalNanos >= 0;
    final long end = timed ? EventStates.saturatedSum(base.clock.read(), limits.intervalNanos) : 0;
    int ran = 0;
    processing = true;
    try {
      for (int i = 0; i < active.priorities() && ran == 0 && !leavingQueue(); i++) {
        if (active.first(i) != null) {
          runningPriority = i;
          final boolean limited = i >= limits.fromPriority;
          ran = runQueue(i, limited ? limits.callbacks : Integer.MAX_VALUE, limited && timed, end);
        }
      }
    } finally {
      processing = false;
    }
    return ran;
  }

  private int runQueue(final int priority, final int max, final boolean timed, final long end) {
    final ActiveQueues active = base.states.active;
    int ran = 0;
    Activatable item;
    while ((item = active.first(priority)) != null) {
      base.states.timers.makeRoom(2); // for the next time-out, while the item is in this variable
      active.remove(item);
      ran += item.internal() ? 0 : 1;
      current = item;
      try {
        item.run();
      } catch (final Throwable e) {
        reportUnlocked(
            item, e); // thrown by the library: exceptions of user code are caught in the item
      } finally {
        current = null;
        lock.callbackReturned();
      }
      if (leavingQueue() || ran >= max) {
        break;
      }
      if (timed && ran > 0) {
        base.clock.update();
        if (base.clock.now() >= end) {
          break;
        }
      }
    }
    return ran;
  }

  // ---- what runs user code; the lock is held before and after, not during ----

  void runUserCode(final Event event, final EventCallback callback, final int what) {
    lock.unlock();
    try {
      callback.run(event, what);
    } catch (final Throwable e) {
      report(event, e);
    } finally {
      lock.lock();
    }
  }

  void runUserCode(final Object source, final Runnable action) {
    lock.unlock();
    try {
      action.run();
    } catch (final Throwable e) {
      report(source, e);
    } finally {
      lock.lock();
    }
  }

  /**
   * Runs the tasks with one release of the lock for all, as taking it costs more than most tasks.
   */
  void runTasks(final TaskQueue tasks) {
    lock.unlock();
    try {
      Runnable task;
      while ((task = tasks.next()) != null) {
        runTask(task);
        if (leavingQueue()) {
          break;
        }
      }
    } finally {
      lock.lock();
    }
  }

  private void runTask(final Runnable task) {
    try {
      task.run();
    } catch (final Throwable e) {
      report(task, e);
    }
  }

  /** As {@link #report}, called with the lock held. */
  void reportUnlocked(final Object source, final Throwable thrown) {
    lock.unlock();
    try {
      report(source, thrown);
    } finally {
      lock.lock();
    }
  }

  /**
   * Gives an exception to the base's handler, which must not harm the loop; an error ends the loop.
   */
  void report(final Object source, final Throwable thrown) {
    if (thrown instanceof Error e) {
      fail(e);
      return;
    }
    try {
      base.exceptionHandler().handle(source, asException(thrown));
    } catch (final Error e) {
      e.addSuppressed(thrown);
      fail(e);
    } catch (final Throwable e) {
      if (e != thrown) {
        e.addSuppressed(thrown);
      }
      base.log.log(
          LogCallback.Severity.ERROR,
          "the exception handler failed for " + SystemLog.name(source),
          e);
    }
  }

  /** What is neither an exception nor an error can be thrown by other languages. */
  private static Exception asException(final Throwable thrown) {
    return thrown instanceof Exception exception
        ? exception
        : new UndeclaredThrowableException(thrown);
  }

  /** Ends the loop with an error. */
  private void fail(final Error thrown) {
    if (error == null) {
      error = thrown;
    } else if (error != thrown) {
      error.addSuppressed(thrown);
    }
    broken = true;
  }

  /** The base is being closed: forgets all events, running the finalizers that are due if asked. */
  void drop(final boolean finalizers) {
    final EventStates states = base.states;
    for (final Event event : EventDump.events(states)) {
      if (!event.finalizing) {
        try {
          states.deleteLocked(event);
        } catch (final Throwable e) {
          reportUnlocked(event, e);
        }
      }
    }
    states.io.flush();
    states.active.promote();
    for (int i = 0; i < states.active.priorities(); i++) {
      Activatable item;
      while ((item = states.active.first(i)) != null) {
        states.active.remove(item);
        if (finalizers && item instanceof Event event && event.finalizing) {
          item.run();
        }
      }
    }
  }

  // ---- called by other classes, under the lock unless stated otherwise ----

  /** Refuses a thread that is not the loop's while the loop runs. No lock needed. */
  void requireThread(final Object subject) {
    final Thread running = owner;
    if (running != null && running != Thread.currentThread()) {
      throw new IllegalStateException(
          subject
              + " belongs to thread "
              + running.getName()
              + ", which runs the loop: use it from"
              + " there (EventBase.execute), or make it thread-safe");
    }
  }

  /** Ends the loop's wait as soon as the caller has released the lock. */
  void wakeUp() {
    if (waiting && !notified && Thread.currentThread() != owner) {
      notified = true;
      lock.wakeOnUnlock(engine);
    }
  }

  /** A callback made something active: a more urgent one ends the running queue. */
  void activatedInCallback(final int priority) {
    if (priority < runningPriority) {
      again = true;
    }
  }

  /** Waits until the callback of {@code item}, if another thread runs it, has returned. */
  void awaitReturn(final Activatable item) {
    while (current == item && owner != Thread.currentThread()) {
      lock.awaitCallback();
    }
  }

  /** Makes this thread the loop's thread while the base is being closed, although no loop runs. */
  void bindThread(final boolean on) {
    owner = on ? Thread.currentThread() : null;
    lock.callbackReturned();
  }

  /** Ends the loop from another thread and waits until it has ended. */
  void stopAndAwait() {
    if (owner == Thread.currentThread()) {
      throw new IllegalStateException(
          "a base cannot be closed inside its own loop; leave it with loopBreak first");
    }
    while (owner != null) {
      broken = true;
      wakeUp();
      lock.awaitCallback();
    }
  }

  void requestExit() {
    exit = true;
    wakeUp();
  }

  void requestBreak() {
    broken = true;
    wakeUp();
  }

  void requestContinue() {
    again = true;
    wakeUp();
  }

  boolean exiting() {
    return exit;
  }

  boolean breaking() {
    return broken;
  }

  boolean leavingQueue() {
    return broken || again;
  }

  boolean processing() {
    return processing;
  }

  /** The item that runs now, or null. */
  Activatable current() {
    return current;
  }

  boolean running() {
    return owner != null;
  }

  long iterations() {
    return iterations;
  }

  /**
   * Whether this is the loop's thread, in its loop. No lock needed: only that thread itself can
   * make the answer true.
   */
  boolean inLoop() {
    return Thread.currentThread() == owner;
  }
}
