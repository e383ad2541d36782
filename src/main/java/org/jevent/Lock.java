package org.jevent;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Guards a base's state. Held by the loop between callbacks, never while it waits or runs user
 * code. With {@link EventConfig#noLock} it does nothing, and the base belongs to one thread.
 */
final class Lock {
  private final ReentrantLock lock;
  private final Condition callbackReturned;
  private int waiting;

  Lock(final boolean real) {
    lock = real ? new ReentrantLock() : null;
    callbackReturned = real ? lock.newCondition() : null;
  }

  void lock() {
    if (lock != null) {
      lock.lock();
    }
  }

  void unlock() {
    if (lock != null) {
      lock.unlock();
    }
  }

  /**
   * Waits for the next {@link #callbackReturned}, with the lock given up meanwhile; the caller
   * looks again afterwards.
   */
  @SuppressWarnings("WaitNotInLoop") // the loops are the callers'
  void awaitCallback() {
    if (lock == null) {
      throw new IllegalStateException("a base without a lock was used by a second thread");
    }
    waiting++;
    callbackReturned.awaitUninterruptibly();
    waiting--;
  }

  void callbackReturned() {
    if (waiting > 0) {
      callbackReturned.signalAll();
    }
  }
}
