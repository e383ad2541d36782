package org.jevent.internal.loop;

import java.util.function.Consumer;

/**
 * Timers in exact order: by deadline, equal ones in the order of adding.
 *
 * <p>Two parts, of whose first entries the earlier one is due: a run, whose entries ascend, and a
 * heap. What is not before the run's last entry is appended to the run, as is usual where all
 * time-outs are equally long. Anything else goes into the heap, unless the run's last entries are
 * the ones out of order. Ascending entries that the run refuses in a row displace as many later
 * ones, which move into the heap. So a few time-outs far ahead of the others leave the run. Where
 * there is no order, almost everything goes straight into the heap. An entry moves at most once.
 *
 * <p>Removal is lazy: the stale entry stays behind and is dropped when it surfaces, or all of them
 * when they are the majority. A timer that is added again for a later time takes its old entry
 * over, which is moved when it surfaces. Restarting an idle time-out therefore costs a few stores.
 *
 * <p>Adding and firing are O(1) for ascending deadlines, and O(log n) amortised for others;
 * removing is O(1) amortised.
 */
final class TimerQueue {
  private static final int COMPACT_ABOVE = 64;

  /** The maximum of entries that one add displaces, so that no add takes long. */
  private static final int MAX_DISPLACED = 256;

  /**
   * The distance between two orders of adding. The numbers in between distinguish entries of one
   * node apart that stand for the same order.
   */
  static final int ORDER_STEP = 256;

  private final SortedTimerRing ring = new SortedTimerRing();
  private final TimerHeap heap = new TimerHeap();

  /** How many entries the run has refused in a row, none for earlier than the one before it. */
  private int refused;

  private long refusedKey;
  private int stale;
  private int size;
  private long nextOrder;

  /** How many timers are scheduled. */
  int size() {
    return size;
  }

  /** Entries in both parts, stale ones included. */
  int entries() {
    return ring.entries() + heap.entries();
  }

  /** How many of the entries are in the heap. */
  int heaped() {
    return heap.entries();
  }

  /** How many of the entries are stale. */
  int staleEntries() {
    return stale;
  }

  /** Schedules a node that is not scheduled, and for which there is room. */
  void add(final TimerNode node, final long deadline) {
    add(node, deadline, takeOrder());
  }

  /**
   * Schedules with an order that an earlier {@link #takeOrder} returned. A caller that gives a node
   * the same order again must vary it within {@link #ORDER_STEP}, as the former entry may still be
   * there. There must be room.
   */
  void add(final TimerNode node, final long deadline, final long order) {
    assert !node.scheduled && hasRoom() : node;
    node.deadline = deadline;
    node.order = order;
    node.scheduled = true;
    size++;
    if (node.entered && notAfter(node.entryKey, node.entryOrder, deadline, order)) {
      stale--;
    } else {
      push(node);
    }
    assert countsAgree() && node.entered : node;
  }

  /** Each entry is a scheduled node's, and the only one of it, or stale. */
  private boolean countsAgree() {
    return size >= 0 && stale >= 0 && size + stale == entries();
  }

  /**
   * Allocates what this many calls of {@link #add} may need. A caller that changes something else
   * before them calls this first, and need not undo anything when memory runs out.
   */
  void makeRoom(final int adds) {
    ring.makeRoom(adds);
    heap.makeRoom(adds + Math.min(refused + adds, MAX_DISPLACED));
  }

  /** For assertions: one {@link #add} allocates nothing. */
  private boolean hasRoom() {
    return ring.hasRoom(1) && heap.hasRoom(1 + Math.min(refused + 1, MAX_DISPLACED));
  }

  /** The next number in the order of adding. */
  long takeOrder() {
    final long order = nextOrder;
    nextOrder += ORDER_STEP;
    return order;
  }

  /** Cancels a scheduled node. */
  void remove(final TimerNode node) {
    assert node.scheduled && node.entered : node;
    node.scheduled = false;
    size--;
    if (ring.removeLast(node) || heap.removeLast(node)) {
      node.entered = false;
    } else if (++stale > COMPACT_ABOVE && stale > entries() >> 1) {
      ring.compact();
      heap.compact();
      stale = 0;
    }
    assert countsAgree() : node;
  }

  /** The node that is due first, or null. */
  TimerNode peek() {
    while (true) {
      final boolean inRing = ringIsFirst();
      final TimerNode first = inRing ? ring.first() : heap.first();
      if (first == null) {
        return null;
      }
      final long order = inRing ? ring.firstOrder() : heap.firstOrder();
      if (first.scheduled && first.order == order && first.hasEntry(order)) {
        return first;
      }
      makeRoom(1);
      removeFirst(inRing);
      if (!first.hasEntry(order)) {
        stale--;
      } else if (first.scheduled) {
        push(first);
      } else {
        first.entered = false;
        stale--;
      }
    }
  }

  /** Removes the node that {@link #peek} has just returned; this makes room for another one. */
  void pop(final TimerNode top) {
    assert top == peek() : top;
    makeRoom(1);
    top.scheduled = false;
    top.entered = false;
    size--;
    removeFirst(ringIsFirst());
    assert countsAgree() : top;
  }

  /** Visits every scheduled node, in no order. */
  void forEach(final Consumer<TimerNode> visitor) {
    for (int i = 0; i < ring.entries(); i++) {
      visit(ring.node(i), ring.order(i), visitor);
    }
    for (int i = 0; i < heap.entries(); i++) {
      visit(heap.node(i), heap.order(i), visitor);
    }
  }

  private static void visit(
      final TimerNode node, final long order, final Consumer<TimerNode> visitor) {
    if (node.scheduled && order == node.entryOrder) {
      visitor.accept(node);
    }
  }

  private boolean ringIsFirst() {
    return ring.entries() > 0
        && (heap.entries() == 0
            || notAfter(ring.firstKey(), ring.firstOrder(), heap.firstKey(), heap.firstOrder()));
  }

  private void removeFirst(final boolean inRing) {
    if (inRing) {
      ring.removeFirst();
    } else {
      heap.removeFirst();
    }
  }

  private void push(final TimerNode node) {
    assert node.scheduled && stale >= 0 && stale <= entries() : node;
    final long key = node.deadline;
    final long order = node.order;
    node.enter();
    if (ring.hasAtMostAfter(0, key, order) || displace(key, order)) {
      refused = 0;
      ring.append(key, order, node);
    } else {
      heap.add(key, order, node);
    }
  }

  /** Makes this place the run's end, if the refused entries justify that many moves. */
  private boolean displace(final long key, final long order) {
    refused = key < refusedKey ? 1 : refused + 1;
    refusedKey = key;
    if (!ring.hasAtMostAfter(Math.min(refused, MAX_DISPLACED), key, order)) {
      return false;
    }
    ring.moveAfter(key, order, heap);
    return true;
  }

  /** The order of all entries. */
  static boolean notAfter(
      final long key, final long order, final long otherKey, final long otherOrder) {
    return key < otherKey || (key == otherKey && order <= otherOrder);
  }
}
