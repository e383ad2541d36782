package org.jevent;

import java.util.ArrayList;
import java.util.List;

/**
 * A base's watchers in the order of their making. Guarded by the base's lock; the arrays are
 * replaced, never changed.
 */
final class Watchers {
  private static final Watcher[] NONE = {};

  private final Lock lock;
  private Watcher[] prepare = NONE;
  private Watcher[] check = NONE;

  Watchers(final Lock lock) {
    this.lock = lock;
  }

  Watcher add(final Watcher watcher) {
    lock.lock();
    try {
      watcher.base().requireOpen("add a", watcher);
      replace(watcher, with(watchers(watcher.isPrepare()), watcher));
      return watcher;
    } finally {
      lock.unlock();
    }
  }

  void remove(final Watcher watcher) {
    lock.lock();
    try {
      replace(watcher, without(watchers(watcher.isPrepare()), watcher));
    } finally {
      lock.unlock();
    }
  }

  /** The prepare or the check watchers. */
  Watcher[] watchers(final boolean before) {
    return before ? prepare : check;
  }

  void clear() {
    prepare = NONE;
    check = NONE;
  }

  private void replace(final Watcher watcher, final Watcher[] changed) {
    if (watcher.isPrepare()) {
      prepare = changed;
    } else {
      check = changed;
    }
  }

  private static Watcher[] with(final Watcher[] all, final Watcher added) {
    final List<Watcher> list = new ArrayList<>(List.of(all));
    list.add(added);
    return list.toArray(NONE);
  }

  private static Watcher[] without(final Watcher[] all, final Watcher removed) {
    final List<Watcher> list = new ArrayList<>(List.of(all));
    list.remove(removed);
    return list.toArray(NONE);
  }
}
