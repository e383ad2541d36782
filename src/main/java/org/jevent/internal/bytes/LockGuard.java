package org.jevent.internal.bytes;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jevent.internal.engine.StackReserve;

/** A lock around buffers, for any thread. */
public class LockGuard implements Guard {
  private static final AtomicLong RANKS = new AtomicLong();

  /** The lock, for callers that do more than enter and leave. */
  protected final ReentrantLock lock = new ReentrantLock();

  private final long rank = RANKS.incrementAndGet();

  @Override
  public final void enter() {
    StackReserve.medium();
    lock.lock();
  }

  @Override
  public final void exit() {
    lock.unlock();
  }

  @Override
  public final long rank() {
    return rank;
  }
}
