package org.jevent.internal.stream;

import org.jevent.error.Errno;

/**
 * An event that the event callback is still to be called with. A stream has a list of them, in the
 * order of the calls. First is what concerns no direction, such as a failed connect, then reading,
 * then writing. There is at most one of each.
 */
final class PendingEvent {
  private int what;
  private Errno error;

  /** It is due only after the loop's next wait, as earlier completions may still arrive. */
  private boolean held;

  private PendingEvent next;

  private PendingEvent(final int what, final Errno error, final boolean held) {
    this.what = what;
    this.error = error;
    this.held = held;
  }

  /** Adds an event to a list; returns the list. */
  static PendingEvent add(
      final PendingEvent list, final int what, final Errno error, final boolean held) {
    final int rank = rank(what);
    if (list == null || rank(list.what) > rank) {
      final PendingEvent made = new PendingEvent(what, error, held);
      made.next = list;
      return made;
    }
    if (rank(list.what) == rank) {
      list.what |= what;
      list.error = error == Errno.NONE ? list.error : error;
    } else {
      list.next = add(list.next, what, error, held);
    }
    return list;
  }

  static boolean hasReading(final PendingEvent list) {
    for (PendingEvent event = list; event != null; event = event.next) {
      if ((event.what & StreamCore.READING) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int rank(final int what) {
    final boolean reading = (what & StreamCore.READING) != 0;
    final boolean writing = (what & StreamCore.WRITING) != 0;
    return !reading && !writing ? 0 : !writing ? 1 : reading ? 2 : 3;
  }

  static int count(final PendingEvent list) {
    int count = 0;
    for (PendingEvent event = list; event != null; event = event.next) {
      count++;
    }
    return count;
  }

  int what() {
    return what;
  }

  Errno error() {
    return error;
  }

  PendingEvent next() {
    return next;
  }

  boolean isHeld() {
    return held;
  }

  /** The loop is about to wait once more. */
  void release() {
    held = false;
  }
}
