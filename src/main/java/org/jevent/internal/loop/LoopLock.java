package org.jevent.internal.loop;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.StackReserve;

/**
 * Guards a base's state. Held by the loop between callbacks, never while it waits or runs user
 * code. Without a real lock it does nothing, and the base belongs to one thread.
 */
final class LoopLock {
  private final ReentrantLock lock;
  private final Condition callbackReturned;
  private int waiting;
  private Engine pendingWakeup;

  LoopLock(final boolean real) {
    lock = real ? new ReentrantLock() : null;
    callbackReturned = real ? lock.newCondition() : null;
  }

  /**
   * Takes the lock. First checks that the stack suffices for the code until {@link #unlock} has
   * returned.
   */
  void lock() {
    StackReserve.small();
    if (lock != null) {
      lock.lock();
    }
  }

  void unlock() {
    if (lock == null) {
      return;
    }
    final Engine engine = pendingWakeup;
    if (engine == null || lock.getHoldCount() > 1) {
      lock.unlock();
    } else {
      pendingWakeup = null;
      lock.unlock();
      engine.wakeup();
    }
  }

  /**
   * Wakes the engine once the lock is free: a loop that wakes earlier would only block on the lock.
   */
  void wakeOnUnlock(final Engine engine) {
    assert isHeld() && (pendingWakeup == null || pendingWakeup == engine);
    if (lock == null) {
      engine.wakeup();
    } else {
      pendingWakeup = engine;
    }
  }

  /**
   * Waits for the next {@link #callbackReturned}, with the lock released meanwhile; the caller
   * checks its condition again afterwards.
   */
  @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
  void awaitCallback() {
    if (lock == null) {
      throw new IllegalStateException("a base without a lock was used by a second thread");
    }
    if (pendingWakeup != null) {
      pendingWakeup.wakeup();
      pendingWakeup = null;
    }
    assert isHeld() && waiting >= 0 : waiting;
    waiting++;
    try {
      callbackReturned.awaitUninterruptibly();
    } finally {
      waiting--;
    }
  }

  /** Whether it keeps threads apart. */
  boolean isReal() {
    return lock != null;
  }

  /** Whether this thread has the lock; always, if there is none. For assertions. */
  boolean isHeld() {
    return lock == null || lock.isHeldByCurrentThread();
  }

  void callbackReturned() {
    if (waiting > 0) {
      callbackReturned.signalAll();
    }
  }
}
