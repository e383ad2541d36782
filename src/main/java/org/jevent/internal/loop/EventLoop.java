package org.jevent.internal.loop;

import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.LoopTurns;
import org.jevent.internal.engine.StackReserve;

/**
 * What a base is made of: the parts of the loop, and the operations on the whole that the base
 * offers. Each operation takes the lock. Any thread, unless stated otherwise.
 */
public final class EventLoop {
  /** Waits until something is active, runs it, returns. */
  public static final int ONCE = 0x01;

  /** Runs what is active now, returns without waiting. */
  public static final int NONBLOCK = 0x02;

  /** Waits even if no event is pending. */
  public static final int NO_EXIT_ON_EMPTY = 0x04;

  final Engine engine;
  final LoopLock lock;
  final Clock clock;
  final LoopState state;
  final Invoker invoker;
  final ActiveQueues active;
  final Counts counts;
  final Timers timers;
  final IoTable io;
  final SignalTable signals;
  final EventStates states;
  final Deferrals deferrals;
  final TaskQueue tasks;
  final Watchers watchers;
  final LoopServicesImpl services;
  private final Loop loop;
  private final DeferredTask exitTask;

  /** A loop over {@code engine}, which it closes. The parts are made from the lowest up. */
  public EventLoop(final Engine engine, final LoopSettings settings) {
    this.engine = engine;
    lock = new LoopLock(settings.locked());
    clock = new Clock(engine, settings.cachesTime());
    state = new LoopState(engine, lock);
    invoker = new Invoker(lock, state, settings.log(), settings.handler());
    active = new ActiveQueues(settings.priorities());
    counts = new Counts(active);
    timers = new Timers(counts);
    io = new IoTable(engine);
    signals = new SignalTable(engine);
    states = new EventStates(this, settings.debug() ? settings.log() : null);
    deferrals = new Deferrals(lock, state, active);
    tasks = new TaskQueue(active, state, invoker);
    watchers = new Watchers(lock, state);
    services = new LoopServicesImpl(this, settings.maxBufferMemory());
    loop = new Loop(this, settings.limits());
    exitTask = new DeferredTask(this, "loopExit", null, state::requestExit);
    if (engine.onLoop(new Turns())) {
      state.drive();
    }
  }

  /** What the layers above use. */
  public LoopServices services() {
    return services;
  }

  /** The states of events. */
  public EventStates states() {
    return states;
  }

  /** The engine below. */
  public Engine engine() {
    return engine;
  }

  /** Sets who observes the loop; null for no observer. */
  public void observer(final LoopObserver observer) {
    invoker.observer(observer);
  }

  // ---- what is made for the loop ----

  /** Refuses an event that the engine cannot watch. */
  public void requireSupported(final int mask) {
    Masks.requireSupported(mask, engine);
  }

  /** A job without a source that has to be closed. */
  public DeferredTask newDeferred(final Object source, final Runnable action) {
    return new DeferredTask(this, source, null, action);
  }

  /** Adds a watcher. */
  public void watch(final LoopWatcher watcher) {
    watchers.add(watcher);
  }

  /** The common time-out of a duration, which is made if there is none. */
  public CommonQueue commonTimeout(final long nanos, final LongFunction<CommonQueue> maker) {
    lock.lock();
    try {
      CommonQueue found = timers.common(nanos);
      if (found == null) {
        found = maker.apply(nanos);
        timers.addCommon(found);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Runs a task in the loop, in the order of the calls. */
  public void execute(final Runnable task) {
    StackReserve.medium();
    if (!tasks.add(task)) {
      return;
    }
    if (state.mayLock()) {
      activateTasks();
    } else {
      services.beforeNextPoll(this::activateTasks);
    }
  }

  private void activateTasks() {
    lock.lock();
    try {
      tasks.activate();
    } finally {
      lock.unlock();
    }
  }

  // ---- running ----

  /**
   * Runs the loop.
   *
   * @return false if it ended because nothing was left to wait for
   */
  public boolean run(final int flags) {
    Arguments.bits(
        "flags",
        flags,
        ONCE | NONBLOCK | NO_EXIT_ON_EMPTY,
        "LOOP_ONCE|LOOP_NONBLOCK|LOOP_NO_EXIT_ON_EMPTY (0x7)");
    StackReserve.largest();
    lock.lock();
    try {
      return loop.run(flags);
    } finally {
      lock.unlock();
    }
  }

  /**
   * One iteration that does not wait, for a program that schedules several loops in one thread.
   *
   * @return how long the next iteration would wait: -1 without limit, 0 not at all, else
   *     nanoseconds
   */
  public long turn() {
    StackReserve.largest();
    lock.lock();
    try {
      return loop.turn();
    } finally {
      lock.unlock();
    }
  }

  private final class Turns implements LoopTurns {
    @Override
    public long turn() {
      return EventLoop.this.turn();
    }

    @Override
    public boolean isStopped() {
      return exiting() || breaking();
    }

    @Override
    public void suspend() {
      state.suspend();
    }

    @Override
    public void resume() {
      state.resume();
    }
  }

  /** Whether the caller runs inside this loop. */
  public boolean inLoop() {
    return state.inLoop();
  }

  /** Ends the loop after the callbacks of this iteration, or the next loop after its first one. */
  public void exit() {
    lock.lock();
    try {
      state.requireOpen("loopExit");
      if (state.running()) {
        state.requestExit();
      } else {
        exitTask.scheduleOrRefuse();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends the running loop after the callbacks of this iteration. For a callback of the loop. */
  public void exitNow() {
    state.requestExit();
  }

  /** Ends the loop as soon as the running callback returns. */
  public void breakLoop() {
    lock.lock();
    try {
      state.requireOpen("loopBreak");
      state.requestBreak();
    } finally {
      lock.unlock();
    }
  }

  /** Polls again as soon as the running callback returns. */
  public void continueLoop() {
    lock.lock();
    try {
      state.requireOpen("loopContinue");
      state.requestContinue();
    } finally {
      lock.unlock();
    }
  }

  /** The last loop ended by {@link #exit}. */
  public boolean exiting() {
    return state.exiting();
  }

  /** The last loop ended by {@link #breakLoop}. */
  public boolean breaking() {
    return state.breaking();
  }

  // ---- time ----

  /** The time since the loop was made, cached inside callbacks. */
  public long cachedNanos() {
    lock.lock();
    try {
      return clock.now();
    } finally {
      lock.unlock();
    }
  }

  /** How old the cached time is. */
  public long cacheAgeNanos() {
    lock.lock();
    try {
      return clock.read() - clock.now();
    } finally {
      lock.unlock();
    }
  }

  /** Sets the cached time to the current time, inside callbacks. */
  public void updateCachedTime() {
    lock.lock();
    try {
      if (state.running()) {
        clock.update();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- priorities ----

  /** How many there are. */
  public int priorities() {
    return active.priorities();
  }

  /** The middle one. */
  int defaultPriority() {
    return active.defaultPriority();
  }

  /** Changes their number, while nothing is active. */
  public void priorities(final int count) {
    lock.lock();
    try {
      state.requireOpen("set priorities");
      if (active.count() > 0 || state.processing()) {
        throw new IllegalStateException(
            "priorities(" + count + "): their number cannot change while events are active");
      }
      active.resize(count);
      tasks.currentPriority(active.defaultPriority());
    } finally {
      lock.unlock();
    }
  }

  // ---- looking inside ----

  /** How many there are of a union of kinds: the constants of {@link Counts}. */
  public int count(final int which) {
    lock.lock();
    try {
      return counts.count(which);
    } finally {
      lock.unlock();
    }
  }

  /** The most there have been, counting anew from now if {@code clear}. */
  public int maximum(final int which, final boolean clear) {
    lock.lock();
    try {
      return counts.maximum(which, clear);
    } finally {
      lock.unlock();
    }
  }

  /** Shows each pending or active event once, until {@code visitor} returns false. */
  public boolean forEach(final Predicate<EventNode> visitor) {
    lock.lock();
    try {
      final List<EventNode> events = EventDump.events(this);
      return events.stream().allMatch(visitor);
    } finally {
      lock.unlock();
    }
  }

  /** Writes all pending and active events for a person to read. */
  public void dump(final Appendable out) {
    lock.lock();
    try {
      EventDump.dump(this, out);
    } finally {
      lock.unlock();
    }
  }

  /** The event whose callback runs now, or null. */
  public EventNode runningEvent() {
    lock.lock();
    try {
      return state.current() instanceof EventNode event ? event : null;
    } finally {
      lock.unlock();
    }
  }

  /** Activates the pending events of a handle that match. */
  public void activateByHandle(
      final Object name, final int descriptor, final SelectableChannel channel, final int what) {
    states.activateByHandle(name, descriptor, channel, what);
  }

  /** Activates the pending events of a signal. */
  public void activateBySignal(final int number) {
    states.activateBySignal(number);
  }

  /** Adds to the count of virtual events, which keep the loop alive. */
  public void changeVirtual(final int by) {
    lock.lock();
    try {
      state.requireOpen("count a virtual event");
      counts.addVirtual(by);
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  // ---- the end ----

  /**
   * Frees everything. A loop that runs in another thread is broken and waited for.
   *
   * @param finalizers whether to run the finalizers that are due
   */
  public void close(final boolean finalizers) {
    StackReserve.largest();
    lock.lock();
    try {
      if (state.isClosed()) {
        return;
      }
      state.stopAndAwait();
      if (!state.isClosed()) {
        closeAll(finalizers);
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeAll(final boolean finalizers) {
    final Cleanup cleanup = new Cleanup();
    cleanup.run(this::runLastTasks);
    state.close(); // from here on nothing can be added, not even by finalizers
    cleanup.run(watchers::clear);
    cleanup.run(services::finish);
    cleanup.run(services::closeResources);
    cleanup.run(() -> loop.drop(this, finalizers));
    cleanup.run(engine::close);
    cleanup.run(invoker::rethrow);
    cleanup.rethrow();
  }

  private void runLastTasks() {
    state.beginClosing();
    try {
      tasks.close();
    } finally {
      state.endClosing();
    }
  }

  /** True after {@link #close}. */
  public boolean isClosed() {
    return state.isClosed();
  }

  /** Refuses what a closed base cannot do any more. */
  public void requireOpen(final String operation) {
    state.requireOpen(operation);
  }
}
