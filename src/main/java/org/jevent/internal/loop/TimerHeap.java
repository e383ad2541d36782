package org.jevent.internal.loop;

import java.util.Arrays;

/**
 * The entries of a {@link TimerQueue} that came in no order: a 4-ary implicit heap. The keys are in
 * separate arrays, so that sifting touches no timer and few cache lines. See LaMarca and Ladner,
 * The Influence of Caches on the Performance of Heaps, 1996. Adding is O(1) on average and O(log n)
 * at worst, removing the first O(log n).
 */
final class TimerHeap {
  private long[] keys = new long[16];
  private long[] orders = new long[16];
  private TimerNode[] nodes = new TimerNode[16];
  private int entries;

  int entries() {
    return entries;
  }

  /** The earliest entry's key; there must be one. */
  long firstKey() {
    return keys[0];
  }

  /** The earliest entry's order; there must be one. */
  long firstOrder() {
    return orders[0];
  }

  /** The earliest entry's node, or null. */
  TimerNode first() {
    return nodes[0];
  }

  /** Makes room for this many more entries: a failure changes nothing. */
  void makeRoom(final int more) {
    if (!hasRoom(more)) {
      grow(more);
    }
  }

  /** Whether this many more entries need no allocation. */
  boolean hasRoom(final int more) {
    return more <= nodes.length - entries;
  }

  /** Adds an entry for which there is room. */
  void add(final long key, final long order, final TimerNode node) {
    assert entries < nodes.length : node;
    siftUp(entries++, key, order, node);
  }

  void removeFirst() {
    assert entries > 0 && firstIsEarliest();
    final int last = --entries;
    final TimerNode node = nodes[last];
    nodes[last] = null;
    if (last > 0) {
      siftDown(0, keys[last], orders[last], node);
    }
    assert firstIsEarliest();
  }

  /** Removes a node's entry if it is the last in the arrays, where no other entry depends on it. */
  boolean removeLast(final TimerNode node) {
    final int last = entries - 1;
    if (last < 0 || nodes[last] != node || orders[last] != node.entryOrder) {
      return false;
    }
    nodes[last] = null;
    entries = last;
    return true;
  }

  /** Drops the stale entries, and moves nodes that were added again to their later time. */
  void compact() {
    int kept = 0;
    for (int i = 0; i < entries; i++) {
      final TimerNode node = nodes[i];
      if (!node.hasEntry(orders[i])) {
        continue;
      }
      if (node.scheduled) {
        node.enter();
        place(kept++, node.deadline, node.order, node);
      } else {
        node.entered = false;
      }
    }
    Arrays.fill(nodes, kept, entries, null);
    entries = kept;
    for (int i = (kept - 2) >> 2; i >= 0; i--) {
      siftDown(i, keys[i], orders[i], nodes[i]);
    }
    assert firstIsEarliest();
  }

  /** For assertions: no child of the root is earlier. */
  private boolean firstIsEarliest() {
    if (entries < 2) {
      return true;
    }
    final int child = minChild(1);
    return TimerQueue.notAfter(keys[0], orders[0], keys[child], orders[child]);
  }

  TimerNode node(final int i) {
    return nodes[i];
  }

  long order(final int i) {
    return orders[i];
  }

  private void grow(final int more) {
    final int capacity = Math.max(nodes.length * 2, entries + more);
    final long[] moreKeys = Arrays.copyOf(keys, capacity);
    final long[] moreOrders = Arrays.copyOf(orders, capacity);
    nodes = Arrays.copyOf(nodes, capacity);
    keys = moreKeys;
    orders = moreOrders;
  }

  private void siftUp(final int from, final long key, final long order, final TimerNode node) {
    int at = from;
    while (at > 0) {
      final int parent = (at - 1) >> 2;
      if (TimerQueue.notAfter(keys[parent], orders[parent], key, order)) {
        break;
      }
      place(at, keys[parent], orders[parent], nodes[parent]);
      at = parent;
    }
    place(at, key, order, node);
  }

  private void siftDown(final int from, final long key, final long order, final TimerNode node) {
    int at = from;
    while (true) {
      final int first = (at << 2) + 1;
      if (first >= entries) {
        break;
      }
      final int min = minChild(first);
      if (TimerQueue.notAfter(key, order, keys[min], orders[min])) {
        break;
      }
      place(at, keys[min], orders[min], nodes[min]);
      at = min;
    }
    place(at, key, order, node);
  }

  /**
   * Written so that the compiler selects instead of branching. Which child is the smallest cannot
   * be predicted, and a misprediction on each level would double the cost of firing.
   */
  private int minChild(final int first) {
    final int end = Math.min(first + 4, entries);
    int min = first;
    long minKey = keys[first];
    for (int child = first + 1; child < end; child++) {
      final long key = keys[child];
      if (key == minKey) {
        min = orders[child] < orders[min] ? child : min;
      } else {
        min = key < minKey ? child : min;
        minKey = Math.min(key, minKey);
      }
    }
    return min;
  }

  private void place(final int at, final long key, final long order, final TimerNode node) {
    keys[at] = key;
    orders[at] = order;
    nodes[at] = node;
  }
}
