package org.jevent.internal.loop;

import java.util.ArrayList;
import java.util.List;

/**
 * A base's watchers in the order of their making. Guarded by the lock; the arrays are replaced,
 * never changed.
 */
final class Watchers {
  private static final LoopWatcher[] NONE = {};

  private final LoopLock lock;
  private final LoopState state;
  private LoopWatcher[] prepare = NONE;
  private LoopWatcher[] check = NONE;

  Watchers(final LoopLock lock, final LoopState state) {
    this.lock = lock;
    this.state = state;
  }

  void add(final LoopWatcher watcher) {
    lock.lock();
    try {
      state.requireOpen("add a", watcher);
      replace(watcher, with(watchers(watcher.prepares), watcher));
    } finally {
      lock.unlock();
    }
  }

  void remove(final LoopWatcher watcher) {
    lock.lock();
    try {
      replace(watcher, without(watchers(watcher.prepares), watcher));
    } finally {
      lock.unlock();
    }
  }

  /** The prepare or the check watchers. */
  LoopWatcher[] watchers(final boolean before) {
    return before ? prepare : check;
  }

  void clear() {
    prepare = NONE;
    check = NONE;
  }

  private void replace(final LoopWatcher watcher, final LoopWatcher[] changed) {
    assert lock.isHeld() : watcher;
    if (watcher.prepares) {
      prepare = changed;
    } else {
      check = changed;
    }
  }

  private static LoopWatcher[] with(final LoopWatcher[] all, final LoopWatcher added) {
    final List<LoopWatcher> list = new ArrayList<>(List.of(all));
    list.add(added);
    return list.toArray(NONE);
  }

  private static LoopWatcher[] without(final LoopWatcher[] all, final LoopWatcher removed) {
    final List<LoopWatcher> list = new ArrayList<>(List.of(all));
    list.remove(removed);
    return list.toArray(NONE);
  }
}
