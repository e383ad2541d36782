package org.jevent.http.h1;

import java.util.ArrayDeque;

/**
 * A free list of the arrays that heads are read into, for all readers of a loop: a connection that
 * is idle has none. For one thread.
 */
public final class HeadPool {
  private static final int MAX_FREE = 64;

  private final ArrayDeque<HeadBuffer> free = new ArrayDeque<>();

  HeadBuffer take() {
    final HeadBuffer taken = free.pollLast();
    return taken == null ? new HeadBuffer() : taken;
  }

  void give(final HeadBuffer head) {
    head.clear();
    if (head.isSmall() && free.size() < MAX_FREE) {
      free.addLast(head);
    }
  }
}
