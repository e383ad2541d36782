package org.jevent;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Timers in exact order: by deadline, equal ones in the order of adding.
 *
 * <p>A 4-ary implicit heap whose keys stand in arrays of their own, so that sifting touches no
 * timer. Removing is lazy: the entry stays behind and is dropped when it surfaces, or all of them
 * when they are the majority. A timer that is added again for a later time takes its old entry
 * over, which is moved when it surfaces; restarting an idle time-out therefore costs a few stores.
 * Adding is O(log n) in the worst case and O(1) for the usual ascending deadlines, removing O(1)
 * amortised.
 */
final class TimerQueue {
  private static final int COMPACT_ABOVE = 64;

  /**
   * The distance between two orders of adding. The numbers in between tell entries of one node
   * apart that stand for the same order.
   */
  static final int ORDER_STEP = 256;

  private long[] keys = new long[16];
  private long[] orders = new long[16];
  private TimerNode[] nodes = new TimerNode[16];
  private int entries;
  private int dead;
  private int size;
  private long nextOrder;

  /** How many timers are scheduled. */
  int size() {
    return size;
  }

  /** Entries in the heap, corpses included. */
  int entries() {
    return entries;
  }

  /** How many of the entries are corpses. */
  int corpses() {
    return dead;
  }

  /** Schedules a node that is not scheduled. */
  void add(final TimerNode node, final long deadline) {
    add(node, deadline, takeOrder());
  }

  /**
   * Schedules with an order that an earlier {@link #takeOrder} gave. Whoever gives a node the same
   * order again must vary it within {@link #ORDER_STEP}, as the former entry may still be there.
   */
  void add(final TimerNode node, final long deadline, final long order) {
    node.deadline = deadline;
    node.order = order;
    node.scheduled = true;
    size++;
    if (node.inHeap && notAfter(node.heapKey, node.heapOrder, deadline, order)) {
      dead--;
    } else {
      push(node);
    }
  }

  /** The next number in the order of adding. */
  long takeOrder() {
    final long order = nextOrder;
    nextOrder += ORDER_STEP;
    return order;
  }

  /** Withdraws a scheduled node. */
  void remove(final TimerNode node) {
    node.scheduled = false;
    size--;
    final int last = entries - 1;
    if (nodes[last] == node && orders[last] == node.heapOrder) {
      nodes[last] = null;
      entries = last;
      node.inHeap = false;
    } else if (++dead > COMPACT_ABOVE && dead > entries >> 1) {
      compact();
    }
  }

  /** The node that is due first, or null. */
  TimerNode peek() {
    while (entries > 0) {
      final TimerNode top = nodes[0];
      if (orders[0] != top.heapOrder || !top.inHeap) {
        dead--;
        removeTop();
      } else if (!top.scheduled) {
        dead--;
        top.inHeap = false;
        removeTop();
      } else if (top.order != top.heapOrder) {
        top.heapKey = top.deadline;
        top.heapOrder = top.order;
        siftDown(0, top.deadline, top.order, top);
      } else {
        return top;
      }
    }
    return null;
  }

  /** Takes the node that {@link #peek} has just returned. */
  void pop(final TimerNode top) {
    top.scheduled = false;
    top.inHeap = false;
    size--;
    removeTop();
  }

  /** Visits every scheduled node, in no order. */
  void forEach(final Consumer<TimerNode> visitor) {
    for (int i = 0; i < entries; i++) {
      final TimerNode node = nodes[i];
      if (node.scheduled && orders[i] == node.heapOrder) {
        visitor.accept(node);
      }
    }
  }

  private void push(final TimerNode node) {
    if (entries == nodes.length) {
      grow();
    }
    node.heapKey = node.deadline;
    node.heapOrder = node.order;
    node.inHeap = true;
    siftUp(entries++, node.deadline, node.order, node);
  }

  private void grow() {
    final int capacity = entries * 2;
    keys = Arrays.copyOf(keys, capacity);
    orders = Arrays.copyOf(orders, capacity);
    nodes = Arrays.copyOf(nodes, capacity);
  }

  private void removeTop() {
    final int last = --entries;
    final TimerNode node = nodes[last];
    nodes[last] = null;
    if (last > 0) {
      siftDown(0, keys[last], orders[last], node);
    }
  }

  private void siftUp(final int from, final long key, final long order, final TimerNode node) {
    int at = from;
    while (at > 0) {
      final int parent = (at - 1) >> 2;
      if (notAfter(keys[parent], orders[parent], key, order)) {
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
      final int end = Math.min(first + 4, entries);
      int least = first;
      for (int child = first + 1; child < end; child++) {
        if (!notAfter(keys[least], orders[least], keys[child], orders[child])) {
          least = child;
        }
      }
      if (notAfter(key, order, keys[least], orders[least])) {
        break;
      }
      place(at, keys[least], orders[least], nodes[least]);
      at = least;
    }
    place(at, key, order, node);
  }

  private void place(final int at, final long key, final long order, final TimerNode node) {
    keys[at] = key;
    orders[at] = order;
    nodes[at] = node;
  }

  private static boolean notAfter(
      final long key, final long order, final long otherKey, final long otherOrder) {
    return key < otherKey || (key == otherKey && order <= otherOrder);
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < entries; i++) {
      final TimerNode node = nodes[i];
      if (!node.inHeap || orders[i] != node.heapOrder) {
        continue;
      }
      if (node.scheduled) {
        node.heapKey = node.deadline;
        node.heapOrder = node.order;
        place(kept++, node.deadline, node.order, node);
      } else {
        node.inHeap = false;
      }
    }
    Arrays.fill(nodes, kept, entries, null);
    entries = kept;
    dead = 0;
    for (int i = (kept - 2) >> 2; i >= 0; i--) {
      siftDown(i, keys[i], orders[i], nodes[i]);
    }
  }
}
