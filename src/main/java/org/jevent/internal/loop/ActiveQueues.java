package org.jevent.internal.loop;

/**
 * One first-in-first-out queue per priority, and one for what becomes active in the next iteration.
 */
final class ActiveQueues {
  /** The maximum of items that an assertion counts. */
  private static final int COUNTED = 64;

  private Queue[] queues;
  private final Queue later = new Queue();
  private int count;
  private int maximum;

  ActiveQueues(final int priorities) {
    resize(priorities);
  }

  int priorities() {
    return queues.length;
  }

  /** The middle one. */
  int defaultPriority() {
    return queues.length / 2;
  }

  /** Changes the number of priorities; only while nothing is active. */
  void resize(final int priorities) {
    assert count == 0 : count;
    queues = new Queue[priorities];
    for (int i = 0; i < priorities; i++) {
      queues[i] = new Queue();
    }
  }

  /** How many items are active, now or in the next iteration. */
  int count() {
    return count;
  }

  int maximum(final boolean clear) {
    final int seen = maximum;
    if (clear) {
      maximum = count;
    }
    return seen;
  }

  Activatable first(final int priority) {
    return queues[priority].first;
  }

  Activatable firstLater() {
    return later.first;
  }

  void add(final Activatable item) {
    assert item.queued == 0 : item;
    item.queued = Activatable.ACTIVE;
    queue(item).append(item);
    counted();
  }

  void addLater(final Activatable item) {
    assert item.queued == 0 : item;
    item.queued = Activatable.LATER;
    later.append(item);
    counted();
  }

  void remove(final Activatable item) {
    assert item.queued != 0 : item;
    final Queue queue = item.queued == Activatable.LATER ? later : queue(item);
    queue.remove(item);
    item.queued = 0;
    count--;
    assert count >= 0;
  }

  /** An item whose priority no longer exists is as urgent as the least urgent. */
  private Queue queue(final Activatable item) {
    return queues[Math.min(item.currentPriority(), queues.length - 1)];
  }

  /** Activates the items of the next iteration; returns how many of them are deferred callbacks. */
  int promote() {
    int deferred = 0;
    Activatable item;
    while ((item = later.first) != null) {
      assert item.queued == Activatable.LATER : item;
      later.remove(item);
      item.queued = Activatable.ACTIVE;
      queue(item).append(item);
      if (!(item instanceof EventNode)) {
        deferred++;
      }
    }
    assert later.last == null && countAgrees() : count;
    return deferred;
  }

  private boolean countAgrees() {
    int found = 0;
    for (final Queue queue : queues) {
      for (Activatable item = queue.first; item != null && found <= COUNTED; found++) {
        assert item.queued == Activatable.ACTIVE : item;
        item = item.activeNext;
      }
    }
    return found == count || (found > COUNTED && count > COUNTED);
  }

  private void counted() {
    if (++count > maximum) {
      maximum = count;
    }
  }

  private static final class Queue {
    private Activatable first;
    private Activatable last;

    void append(final Activatable item) {
      assert item.activePrevious == null && item.activeNext == null && item != last : item;
      item.activePrevious = last;
      if (last == null) {
        first = item;
      } else {
        last.activeNext = item;
      }
      last = item;
      assert first.activePrevious == null && last.activeNext == null : item;
    }

    void remove(final Activatable item) {
      assert item.activePrevious == null ? first == item : item.activePrevious.activeNext == item;
      assert item.activeNext == null ? last == item : item.activeNext.activePrevious == item;
      if (item.activePrevious == null) {
        first = item.activeNext;
      } else {
        item.activePrevious.activeNext = item.activeNext;
      }
      if (item.activeNext == null) {
        last = item.activePrevious;
      } else {
        item.activeNext.activePrevious = item.activePrevious;
      }
      item.activePrevious = null;
      item.activeNext = null;
      assert (first == null) == (last == null) : item;
    }
  }
}
