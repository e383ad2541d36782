package org.jevent.internal.loop;

import org.jevent.internal.engine.Engine;

/**
 * The iteration: waits, determines the active items, and runs them. The rules of which callback
 * runs when are libevent's. Everything here runs in the loop's thread, with the lock held.
 */
final class Loop {
  private final Engine engine;
  private final LoopLock lock;
  private final Clock clock;
  private final LoopState state;
  private final Invoker invoker;
  private final Counts counts;
  private final ActiveQueues active;
  private final Timers timers;
  private final TimerQueue timerQueue;
  private final IoTable io;
  private final EventStates states;
  private final Deferrals deferrals;
  private final TaskQueue tasks;
  private final Watchers watchers;
  private final LoopServicesImpl services;
  private final LoopSettings.Limits limits;
  private long iterations;

  Loop(final EventLoop loop, final LoopSettings.Limits limits) {
    engine = loop.engine;
    lock = loop.lock;
    clock = loop.clock;
    state = loop.state;
    invoker = loop.invoker;
    counts = loop.counts;
    active = loop.active;
    timers = loop.timers;
    timerQueue = timers.queue();
    io = loop.io;
    states = loop.states;
    deferrals = loop.deferrals;
    tasks = loop.tasks;
    watchers = loop.watchers;
    services = loop.services;
    this.limits = limits;
  }

  /** Runs until it is stopped; false if it ended because nothing was left to wait for. */
  boolean run(final int flags) {
    begin();
    try {
      return iterateUntilDone(flags);
    } finally {
      end();
    }
  }

  /**
   * One iteration that does not wait.
   *
   * @return how long the next one would: -1 without limit, 0 not at all, else nanoseconds
   */
  long turn() {
    begin();
    try {
      services.runPrePollTasks();
      invoker.rethrow();
      iterate(true);
      invoker.rethrow();
      if (!state.leaving()) {
        services.runPrePollTasks(); // else the engine would know of their submissions a turn later
        invoker.rethrow();
      }
      clock.clear();
      return services.hasPrePollTasks() || io.hasChanges() || !tasks.isEmpty() ? 0 : timeout(false);
    } finally {
      end();
    }
  }

  private void begin() {
    state.requireOpen("dispatch");
    state.begin();
    clock.clear();
  }

  private void end() {
    clock.clear();
    state.end();
  }

  private boolean iterateUntilDone(final int flags) {
    final boolean once = (flags & EventLoop.ONCE) != 0;
    final boolean nonBlocking = (flags & EventLoop.NONBLOCK) != 0;
    final boolean stay = (flags & EventLoop.NO_EXIT_ON_EMPTY) != 0;
    while (!state.leaving()) {
      services.runPrePollTasks();
      invoker.rethrow();
      if (!stay && !hasEvents() && active.count() == 0) {
        return false;
      }
      final int ran = iterate(nonBlocking);
      invoker.rethrow();
      if (nonBlocking || (once && ran > 0 && active.count() == 0)) {
        return true;
      }
    }
    return true;
  }

  /**
   * Whether the loop has a reason to wait, including a task whose thread has not announced it yet.
   */
  private boolean hasEvents() {
    return counts.any() || !tasks.isEmpty();
  }

  /** One iteration; returns how many callbacks ran. */
  private int iterate(final boolean nonBlocking) {
    assert lock.isHeld() && state.inLoop();
    state.beginIteration();
    iterations++;
    final LoopObserver observer = invoker.observer();
    if (observer != null) {
      observer.iterationBegins(iterations);
    }
    deferrals.beginIteration(active.promote());
    runWatchers(true, timeout(nonBlocking));
    services.runPrePollTasks();
    io.flush();
    clock.clear();
    await(timeout(nonBlocking));
    clock.update();
    runWatchers(false, 0);
    states.deliverReports();
    services.deliverReports();
    expireTimers();
    return active.count() > 0 ? process() : 0;
  }

  private long timeout(final boolean nonBlocking) {
    if (nonBlocking
        || state.mustNotWait()
        || active.count() > 0
        || io.hasReports()
        || services.hasCrossThreadTasks()) {
      return 0;
    }
    final TimerNode first = timerQueue.peek();
    return first == null ? -1 : Math.max(0, first.deadline - clock.now());
  }

  private void await(final long timeout) {
    final LoopObserver observer = invoker.observer();
    if (observer != null) {
      observer.waitBegins(timeout);
    }
    state.enter(timeout == 0 ? Phase.POLLING : Phase.WAITING);
    int completions = 0;
    lock.unlock();
    try {
      completions = engine.enter(timeout);
      assert completions >= 0 : completions;
    } finally {
      lock.lock();
      state.enter(Phase.COLLECTING);
      if (observer != null) {
        observer.waitEnds(completions);
      }
    }
  }

  private void expireTimers() {
    TimerNode first = timerQueue.peek();
    if (first == null) {
      return;
    }
    final long now = clock.now();
    while (first != null && first.deadline <= now) {
      timerQueue.pop(first);
      try {
        first.expire();
      } catch (final Throwable e) {
        invoker.reportUnlocked(first, e);
      }
      first = timerQueue.peek();
    }
  }

  private void runWatchers(final boolean before, final long timeout) {
    for (final LoopWatcher watcher : watchers.watchers(before)) {
      invoker.invoke(watcher, watcher.kind(), watcher, timeout);
    }
  }

  /** Runs the most urgent queue that has items; returns how many ran. */
  private int process() {
    final boolean timed = limits.intervalNanos() >= 0;
    final long end = timed ? Durations.sum(clock.read(), limits.intervalNanos()) : 0;
    int ran = 0;
    state.enter(Phase.RUNNING);
    for (int i = 0; i < active.priorities() && ran == 0 && !state.leavingQueue(); i++) {
      if (active.first(i) != null) {
        state.beginQueue(i);
        final boolean limited = i >= limits.fromPriority();
        ran = runQueue(i, limited ? limits.callbacks() : Integer.MAX_VALUE, limited && timed, end);
      }
    }
    state.enter(Phase.PREPARING);
    return ran;
  }

  private int runQueue(final int priority, final int max, final boolean timed, final long end) {
    int ran = 0;
    Activatable item;
    while ((item = active.first(priority)) != null) {
      timers.makeRoom(); // for the next time-out, while the item is in this variable
      active.remove(item);
      ran++;
      runItem(item);
      if (state.leavingQueue() || ran >= max) {
        break;
      }
      if (timed) {
        clock.update();
        if (clock.now() >= end) {
          break;
        }
      }
    }
    return ran;
  }

  private void runItem(final Activatable item) {
    state.beginItem(item);
    try {
      item.run();
    } catch (final Throwable e) {
      // Thrown by the library: what user code throws is reported where it is entered.
      invoker.reportUnlocked(item, e);
    } finally {
      state.endItem();
    }
  }

  // ---- the end ----

  /** The base is being closed: forgets all events, running the finalizers that are due if asked. */
  void drop(final EventLoop loop, final boolean finalizers) {
    for (final EventNode event : EventDump.events(loop)) {
      if (!event.finalizing) {
        try {
          states.deleteLocked(event);
        } catch (final Throwable e) {
          invoker.reportUnlocked(event, e);
        }
      }
    }
    io.flush();
    active.promote();
    for (int i = 0; i < active.priorities(); i++) {
      Activatable item;
      while ((item = active.first(i)) != null) {
        active.remove(item);
        if (finalizers && item instanceof EventNode event && event.finalizing) {
          item.run();
        }
      }
    }
    assert active.count() == 0 : active.count();
  }
}
