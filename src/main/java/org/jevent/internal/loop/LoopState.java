package org.jevent.internal.loop;

import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineScope;

/**
 * Which thread runs the loop, in which phase it is, and what it was asked to do next. Guarded by
 * the lock unless stated otherwise.
 */
final class LoopState {
  private final Engine engine;
  private final LoopLock lock;

  /** The loop's thread, from the loop's begin to its end. */
  private volatile Thread runner;

  /** The same, but null while the engine runs other code in it. */
  private volatile Thread owner;

  /** Who runs the loop, or ran it last, or made it. */
  private volatile Thread home = Thread.currentThread();

  private Phase phase = Phase.IDLE;
  private int runningPriority;
  private Activatable current;

  /** Requests; the loop's thread reads them without the lock. */
  private volatile boolean exit;

  private volatile boolean broken;
  private volatile boolean again;
  private volatile boolean closed;

  /** The engine runs the loop, and has to be woken while no iteration runs, too. */
  private boolean driven;

  LoopState(final Engine engine, final LoopLock lock) {
    this.engine = engine;
    this.lock = lock;
  }

  // ---- phases ----

  /** The one function that changes the phase. */
  void enter(final Phase next) {
    assert lock.isHeld() : next;
    assert next.follows(phase) : phase + " to " + next;
    phase = next;
  }

  /** A loop begins in this thread. */
  void begin() {
    final Thread running = runner;
    if (running != null) {
      throw new IllegalStateException(
          running == Thread.currentThread()
              ? "the loop is running already: it cannot run inside itself"
              : "the loop is running already, in thread " + running.getName());
    }
    exit = false;
    broken = false;
    bind(Phase.PREPARING);
  }

  /** The loop of this thread ends. */
  void end() {
    unbind();
  }

  /** Makes this thread the loop's thread while the base is being closed, although no loop runs. */
  void beginClosing() {
    bind(Phase.CLOSING);
  }

  /** Ends {@link #beginClosing}. */
  void endClosing() {
    unbind();
  }

  private void bind(final Phase first) {
    assert runner == null && owner == null : runner;
    enter(first);
    runner = Thread.currentThread();
    home = runner;
    owner = runner;
  }

  private void unbind() {
    assert inLoop() && current == null : owner;
    enter(Phase.IDLE);
    owner = null;
    runner = null;
    lock.callbackReturned();
  }

  /** An iteration begins: what it was asked before is done with it. */
  void beginIteration() {
    if (phase != Phase.PREPARING) {
      enter(Phase.PREPARING);
    }
    again = false;
  }

  /** The items of one priority run from now on. */
  void beginQueue(final int priority) {
    assert phase == Phase.RUNNING && lock.isHeld() : phase;
    runningPriority = priority;
  }

  /** This item runs from now on. */
  void beginItem(final Activatable item) {
    assert phase == Phase.RUNNING && current == null : phase;
    assert inLoop() && lock.isHeld() : item;
    current = item;
  }

  /** No item runs. */
  void endItem() {
    assert current != null && lock.isHeld() : phase;
    current = null;
    lock.callbackReturned();
  }

  /** Active items are running. */
  boolean processing() {
    return phase == Phase.RUNNING;
  }

  /** The item that runs now, or null. */
  Activatable current() {
    return current;
  }

  boolean running() {
    return runner != null;
  }

  /** The loop runs, and the engine runs no other code in its thread. */
  boolean owned() {
    return owner != null;
  }

  /**
   * Whether this is the loop's thread, in its loop. No lock needed: only that thread itself can
   * make the answer true.
   */
  boolean inLoop() {
    return Thread.currentThread() == owner;
  }

  /** Refuses a thread that is not the loop's while the loop runs. No lock needed. */
  void requireThread(final Object subject) {
    final Thread running = runner;
    if (running != null && running != Thread.currentThread()) {
      throw new IllegalStateException(
          subject
              + " belongs to thread "
              + running.getName()
              + ", which runs the loop: use it from"
              + " there (EventBase.execute), or make it thread-safe");
    }
  }

  // ---- the end of the base; no lock needed to ask ----

  void close() {
    assert lock.isHeld() && !closed;
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen(final String operation) {
    requireOpen(operation, "");
  }

  /** The message is only formatted when it is needed, as hot paths call this. */
  void requireOpen(final String operation, final Object subject) {
    if (closed) {
      throw new IllegalStateException(
          (operation + " " + subject).stripTrailing() + ": the base is closed");
    }
  }

  // ---- waking and awaiting ----

  /** Ends the loop's wait as soon as the caller has released the lock. */
  void wakeUp() {
    assert lock.isHeld() || inLoop() : phase;
    if (phase == Phase.WAITING && Thread.currentThread() != owner) {
      lock.wakeOnUnlock(engine); // first: a phase without its wake-up would lose the next one
      enter(Phase.WOKEN);
    } else if (driven && phase == Phase.IDLE) {
      lock.wakeOnUnlock(engine);
    }
  }

  /**
   * As {@link #wakeUp}, for a thread that does not hold the lock. Where there is none, the thread
   * may be any all the same: what the engine was asked by then also ends a later wait.
   */
  void wakeUpFromAnyThread() {
    if (lock.isReal()) {
      lock.lock();
      try {
        wakeUp();
      } finally {
        lock.unlock();
      }
    } else if (driven || (runner != null && Thread.currentThread() != runner)) {
      engine.wakeup();
    }
  }

  /** Whether this thread may change what the lock guards, once it has called {@code lock}. */
  boolean mayLock() {
    return lock.isReal() || Thread.currentThread() == home;
  }

  /** From now on the engine runs the loop. */
  void drive() {
    driven = true;
  }

  /** The loop's thread runs other code while the loop waits. */
  void suspend() {
    assert inLoop() : owner;
    owner = null;
  }

  /** The loop's thread goes on with its wait. */
  void resume() {
    assert owner == null && runner == Thread.currentThread() : runner;
    owner = runner;
  }

  /** Waits until the callback of {@code item}, if another thread runs it, has returned. */
  void awaitReturn(final Activatable item) {
    assert lock.isHeld() : item;
    while (current == item && owner != Thread.currentThread()) {
      lock.awaitCallback();
    }
  }

  /** Ends the loop from another thread and waits until it has ended. */
  void stopAndAwait() {
    if (owner == Thread.currentThread()) {
      throw new IllegalStateException(
          "a base cannot be closed inside its own loop; leave it with loopBreak first");
    }
    if (runner != null && owner == null && EngineScope.current() != null) {
      throw new IllegalStateException(
          "the loop of this base waits: end it with loopBreak, and close the base then");
    }
    while (runner != null) {
      broken = true;
      wakeUp();
      lock.awaitCallback();
    }
    assert phase == Phase.IDLE : phase;
  }

  // ---- requests ----

  void requestExit() {
    exit = true;
    wakeUp();
  }

  void requestBreak() {
    broken = true;
    wakeUp();
  }

  /** An error ends the loop, in whose thread it was thrown. No lock needed. */
  void fail() {
    broken = true;
  }

  void requestContinue() {
    again = true;
    wakeUp();
  }

  /** A callback made something active: a more urgent one ends the running queue. */
  void activatedInCallback(final int priority) {
    assert phase == Phase.RUNNING && lock.isHeld() : phase;
    if (priority < runningPriority) {
      again = true;
    }
  }

  boolean exiting() {
    return exit;
  }

  boolean breaking() {
    return broken;
  }

  /** The loop is to end. */
  boolean leaving() {
    return exit || broken;
  }

  /** The rest of the running queue has to wait for the next iteration. */
  boolean leavingQueue() {
    return broken || again;
  }

  /** The next wait must not last. */
  boolean mustNotWait() {
    return exit || broken || again;
  }
}
