package org.jevent.internal.stream;

import org.jevent.internal.bytes.LockGuard;

/** The lock of a thread-safe buffer event and its buffers. */
public final class StreamLock extends LockGuard {
  /** This thread holds it. */
  boolean isHeld() {
    return lock.isHeldByCurrentThread();
  }

  /** Releases all holds; returns how many there were. */
  int release() {
    final int holds = lock.getHoldCount();
    for (int i = 0; i < holds; i++) {
      lock.unlock();
    }
    return holds;
  }

  void relock(final int holds) {
    for (int i = 0; i < holds; i++) {
      lock.lock();
    }
  }
}
