package org.jevent.buffer;

import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.LockGuard;
import org.jevent.internal.leak.Leaks;

/** The guard of a buffer that leak detection watches, around its lock if it has one. */
final class WatchGuard implements Guard {
  private final Leaks.Watch watch;
  private final LockGuard lock;

  WatchGuard(final Leaks.Watch watch) {
    this(watch, null);
  }

  private WatchGuard(final Leaks.Watch watch, final LockGuard lock) {
    this.watch = watch;
    this.lock = lock;
  }

  WatchGuard locking() {
    return lock == null ? new WatchGuard(watch, new LockGuard()) : this;
  }

  @Override
  public void enter() {
    if (lock != null) {
      lock.enter();
    }
    Leaks.used(watch);
  }

  @Override
  public void exit() {
    if (lock != null) {
      lock.exit();
    }
  }

  @Override
  public long rank() {
    return lock == null ? 0 : lock.rank();
  }

  /** The buffer was closed. */
  void close() {
    Leaks.closed(watch);
  }
}
