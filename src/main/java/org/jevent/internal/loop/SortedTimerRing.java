package org.jevent.internal.loop;

/** The ascending entries of a {@link TimerQueue}, in a ring that grows: both ends cost O(1). */
final class SortedTimerRing {
  private long[] keys = new long[16];
  private long[] orders = new long[16];
  private TimerNode[] nodes = new TimerNode[16];
  private int head;
  private int entries;

  int entries() {
    return entries;
  }

  /** The earliest entry's key; there must be one. */
  long firstKey() {
    return keys[head];
  }

  /** The earliest entry's order; there must be one. */
  long firstOrder() {
    return orders[head];
  }

  /** The earliest entry's node, or null. */
  TimerNode first() {
    return nodes[head];
  }

  /** Whether no more than {@code count} entries are after this place in the order. */
  boolean hasAtMostAfter(final int count, final long key, final long order) {
    if (entries <= count) {
      return true;
    }
    final int at = index(entries - 1 - count);
    return TimerQueue.notAfter(keys[at], orders[at], key, order);
  }

  /** Makes room for this many more entries, 16 at most: a failure changes nothing. */
  void makeRoom(final int more) {
    if (!hasRoom(more)) {
      grow();
    }
  }

  /** Whether this many more entries need no allocation. */
  boolean hasRoom(final int more) {
    return more <= nodes.length - entries;
  }

  /** Appends an entry that is not before the last one, and for which there is room. */
  void append(final long key, final long order, final TimerNode node) {
    assert entries < nodes.length && hasAtMostAfter(0, key, order) : node;
    place(index(entries++), key, order, node);
  }

  void removeFirst() {
    assert entries > 0 && firstIsEarliest();
    nodes[head] = null;
    head = index(1);
    entries--;
  }

  /** Removes a node's entry if it is the last. */
  boolean removeLast(final TimerNode node) {
    final int last = index(entries - 1);
    if (nodes[last] != node || orders[last] != node.entryOrder) {
      return false;
    }
    nodes[last] = null;
    entries--;
    return true;
  }

  /**
   * Moves the entries that are after this place in the order, stale or not, to a heap that has room
   * for them.
   */
  void moveAfter(final long key, final long order, final TimerHeap heap) {
    while (!hasAtMostAfter(0, key, order)) {
      final int last = index(--entries);
      heap.add(keys[last], orders[last], nodes[last]);
      nodes[last] = null;
    }
  }

  /**
   * Drops the stale entries. A node that was added again for a later time would break the order, so
   * its entry stays until it surfaces.
   */
  void compact() {
    int kept = 0;
    for (int i = 0; i < entries; i++) {
      final int at = index(i);
      final long order = orders[at];
      final TimerNode node = nodes[at];
      nodes[at] = null;
      if (!node.hasEntry(order)) {
        continue;
      }
      if (node.scheduled) {
        place(index(kept++), keys[at], order, node);
      } else {
        node.entered = false;
      }
    }
    entries = kept;
    assert firstIsEarliest();
  }

  /** For assertions: the second entry is not before the first. */
  private boolean firstIsEarliest() {
    final int second = index(1);
    return entries < 2
        || TimerQueue.notAfter(keys[head], orders[head], keys[second], orders[second]);
  }

  TimerNode node(final int i) {
    return nodes[index(i)];
  }

  long order(final int i) {
    return orders[index(i)];
  }

  private int index(final int i) {
    return (head + i) & (nodes.length - 1);
  }

  private void place(final int at, final long key, final long order, final TimerNode node) {
    keys[at] = key;
    orders[at] = order;
    nodes[at] = node;
  }

  private void grow() {
    final int capacity = nodes.length * 2;
    final long[] moreKeys = new long[capacity];
    final long[] moreOrders = new long[capacity];
    final TimerNode[] moreNodes = new TimerNode[capacity];
    keys = unwrapped(keys, moreKeys);
    orders = unwrapped(orders, moreOrders);
    nodes = unwrapped(nodes, moreNodes);
    head = 0;
  }

  /** Copies the ring from its head on. */
  @SuppressWarnings("SuspiciousSystemArraycopy")
  private <T> T unwrapped(final T from, final T to) {
    final int behind = nodes.length - head;
    System.arraycopy(from, head, to, 0, behind);
    System.arraycopy(from, 0, to, behind, head);
    return to;
  }
}
