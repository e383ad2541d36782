package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The timer queue against a sorted set, with all operations in random order. */
class TimerQueueProperties {
  private static final int NODES = 40;

  private static final class Node extends TimerNode {
    Node() {
      super(null, 0);
    }

    @Override
    void run() {
      throw new UnsupportedOperationException();
    }

    @Override
    void expire(final EventBase base) {
      throw new UnsupportedOperationException();
    }
  }

  /** One step: what to do, with which node, at which deadline. */
  record Step(int kind, int node, long deadline) {}

  @Provide
  Arbitrary<List<Step>> programs() {
    final Arbitrary<Step> step =
        Combinators.combine(
                Arbitraries.integers().between(0, 3),
                Arbitraries.integers().between(0, NODES - 1),
                Arbitraries.longs().between(0, 30))
            .as(Step::new);
    return step.list().ofMaxSize(2000);
  }

  @Property
  void firesInOrderOfDeadlineAndThenOfAdding(@ForAll("programs") final List<Step> program) {
    final TimerQueue queue = new TimerQueue();
    final TreeSet<TimerNode> model =
        new TreeSet<>(
            Comparator.<TimerNode>comparingLong(node -> node.deadline)
                .thenComparingLong(node -> node.order));
    final List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node());
    }
    for (final Step step : program) {
      final Node node = nodes.get(step.node());
      switch (step.kind()) {
        case 0, 1 -> {
          if (node.scheduled) {
            model.remove(node);
            queue.remove(node);
          }
          queue.add(node, step.deadline());
          model.add(node);
        }
        case 2 -> {
          if (node.scheduled) {
            model.remove(node);
            queue.remove(node);
          }
        }
        default -> popBoth(queue, model);
      }
      assertThat(queue.size()).isEqualTo(model.size());
      assertThat(queue.entries() - queue.corpses()).isEqualTo(model.size());
      assertThat(queue.entries()).isLessThanOrEqualTo(2 * model.size() + 66);
    }
    while (!model.isEmpty()) {
      popBoth(queue, model);
    }
    assertThat(queue.peek()).isNull();
    assertThat(queue.entries()).isZero();
  }

  private static void popBoth(final TimerQueue queue, final TreeSet<TimerNode> model) {
    final TimerNode first = queue.peek();
    assertThat(first).isSameAs(model.isEmpty() ? null : model.first());
    if (first != null) {
      queue.pop(first);
      model.remove(first);
    }
  }

  @Property
  void restartingForLaterTimesTakesTheOldEntryOver(@ForAll("programs") final List<Step> program) {
    final TimerQueue queue = new TimerQueue();
    final List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node());
      queue.add(nodes.get(i), 0);
    }
    long now = 0;
    for (final Step step : program) {
      final Node node = nodes.get(step.node());
      queue.remove(node);
      now += step.deadline();
      queue.add(node, now);
      assertThat(queue.entries()).isEqualTo(NODES);
      assertThat(queue.corpses()).isZero();
    }
  }

  @Property(tries = 2)
  void aMillionTimersOfWhichHalfAreDeletedComeOutInOrder(@ForAll final long seed) {
    final java.util.Random random = new java.util.Random(seed);
    final TimerQueue queue = new TimerQueue();
    final Node[] nodes = new Node[1_000_000];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = new Node();
      queue.add(nodes[i], random.nextLong(1L << 40));
    }
    for (int i = 0; i < nodes.length; i += 2) {
      queue.remove(nodes[i]);
    }
    long last = -1;
    int count = 0;
    TimerNode next;
    while ((next = queue.peek()) != null) {
      queue.pop(next);
      assertThat(next.deadline >= last).isTrue();
      last = next.deadline;
      count++;
    }
    assertThat(count).isEqualTo(nodes.length / 2);
  }
}
