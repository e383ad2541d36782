package org.jevent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The timer queue against a sorted set, with all operations in random order. */
class TimerQueueProperties {
  private static final int NODES = 300;
  private static final long IDLE = 1000;
  private static final long FAR = 1_000_000;

  private static final class Node extends TimerNode {
    Node() {
      super(0);
    }

    @Override
    void run() {
      throw new UnsupportedOperationException();
    }

    @Override
    void call(final long argument) {
      throw new UnsupportedOperationException();
    }

    @Override
    void expire() {
      throw new UnsupportedOperationException();
    }
  }

  /** Of what kind the deadlines of a section are. */
  enum Deadlines {
    ASCENDING,
    DESCENDING,
    EQUAL,
    RANDOM,
    MOSTLY_ASCENDING
  }

  /** What is done most in a section. */
  enum Work {
    ADD,
    CANCEL,
    FIRE,
    ANYTHING
  }

  /** What is done in a step. */
  enum Kind {
    ADD,
    CANCEL,
    FIRE
  }

  /** One step: what to do, with which node, at which deadline after the present. */
  record Step(Kind kind, int node, Deadlines deadlines, long distance) {
    /** Adding for these deadlines goes on while time does. */
    long deadline(final long now, final int number) {
      return switch (deadlines) {
        case ASCENDING -> now + IDLE + number;
        case DESCENDING -> now + FAR - number;
        case EQUAL -> now - now % IDLE + 2 * IDLE;
        case RANDOM -> now + distance;
        case MOSTLY_ASCENDING -> now + number + (distance % 10 == 0 ? FAR : IDLE);
      };
    }
  }

  /** Sections that each do one thing again and again, with deadlines of one kind. */
  @Provide
  Arbitrary<List<Step>> programs() {
    final Arbitrary<List<Step>> section =
        Combinators.combine(Arbitraries.of(Work.class), Arbitraries.of(Deadlines.class))
            .flatAs(
                (work, deadlines) -> steps(work, deadlines).list().ofMinSize(100).ofMaxSize(400));
    return section
        .list()
        .ofMinSize(1)
        .ofMaxSize(8)
        .map(sections -> sections.stream().flatMap(List::stream).toList());
  }

  private static Arbitrary<Step> steps(final Work work, final Deadlines deadlines) {
    final Arbitrary<Kind> kinds =
        switch (work) {
          case ADD -> Arbitraries.of(Kind.ADD, Kind.ADD, Kind.ADD, Kind.ADD, Kind.FIRE);
          case CANCEL -> Arbitraries.of(Kind.CANCEL, Kind.CANCEL, Kind.CANCEL, Kind.ADD);
          case FIRE -> Arbitraries.of(Kind.FIRE, Kind.FIRE, Kind.FIRE, Kind.ADD);
          case ANYTHING -> Arbitraries.of(Kind.class);
        };
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, NODES - 1).withoutEdgeCases(),
            Arbitraries.longs().between(0, 2 * IDLE))
        .as((kind, node, distance) -> new Step(kind, node, deadlines, distance));
  }

  private static List<Node> nodes(final int count) {
    return Stream.generate(Node::new).limit(count).toList();
  }

  @Property(tries = 300)
  void firesInOrderOfDeadlineAndThenOfAdding(@ForAll("programs") final List<Step> program) {
    final TimerQueue queue = new TimerQueue();
    final TreeSet<TimerNode> model =
        new TreeSet<>(
            Comparator.<TimerNode>comparingLong(node -> node.deadline)
                .thenComparingLong(node -> node.order));
    final List<Node> nodes = nodes(NODES);
    long now = 0;
    for (int i = 0; i < program.size(); i++) {
      final Step step = program.get(i);
      final Node node = nodes.get(step.node());
      if (step.kind() == Kind.FIRE) {
        now = Math.max(now, popBoth(queue, model));
      } else {
        if (node.scheduled) {
          model.remove(node);
          queue.remove(node);
        }
        if (step.kind() == Kind.ADD) {
          add(queue, node, step.deadline(now, i));
          model.add(node);
        }
      }
      assertThat(queue.size()).isEqualTo(model.size());
      assertThat(queue.entries() - queue.staleEntries()).isEqualTo(model.size());
      assertThat(queue.entries()).isLessThanOrEqualTo(2 * model.size() + 66);
    }
    final List<TimerNode> visited = new ArrayList<>();
    queue.forEach(visited::add);
    assertThat(visited).containsExactlyInAnyOrderElementsOf(model);
    while (!model.isEmpty()) {
      popBoth(queue, model);
    }
    assertThat(queue.peek()).isNull();
    assertThat(queue.entries()).isZero();
  }

  /** Its deadline, or 0. */
  private static long popBoth(final TimerQueue queue, final TreeSet<TimerNode> model) {
    final TimerNode first = queue.peek();
    assertThat(first).isSameAs(model.isEmpty() ? null : model.first());
    if (first == null) {
      return 0;
    }
    queue.pop(first);
    model.remove(first);
    return first.deadline;
  }

  @Property(tries = 200)
  void restartingForLaterTimesTakesTheOldEntryOver(@ForAll("programs") final List<Step> program) {
    final TimerQueue queue = new TimerQueue();
    final List<Node> nodes = nodes(NODES);
    nodes.forEach(node -> add(queue, node, 0));
    // The last entry is not left behind, so nothing can take it over.
    final List<Node> others = nodes.subList(0, NODES - 1);
    long now = 0;
    for (final Step step : program) {
      final Node node = others.get(step.node() % others.size());
      queue.remove(node);
      now += step.distance();
      add(queue, node, now);
      assertThat(queue.entries()).isEqualTo(NODES);
      assertThat(queue.staleEntries()).isZero();
    }
  }

  @Property(tries = 200)
  void ascendingDeadlinesNeedNoHeap(
      @ForAll @Size(max = 20) final List<@IntRange(max = 100) Integer> turns) {
    final TimerQueue queue = new TimerQueue();
    final ArrayDeque<Node> pending = new ArrayDeque<>();
    long now = 0;
    for (final int turn : turns) {
      for (int i = 0; i < turn; i++) {
        final Node node = new Node();
        add(queue, node, now++ / 3);
        pending.add(node);
      }
      for (int i = 0; i < turn * 2 / 3; i++) {
        assertThat(queue.peek()).isSameAs(pending.peek());
        queue.pop(pending.remove());
      }
      final Node withdrawn = new Node();
      add(queue, withdrawn, now);
      queue.remove(withdrawn);
      assertThat(queue.heaped()).isZero();
      assertThat(queue.entries()).isEqualTo(pending.size());
    }
    for (final Node node : pending) {
      assertThat(queue.peek()).isSameAs(node);
      queue.pop(node);
    }
    assertThat(queue.peek()).isNull();
  }

  @Property(tries = 100)
  void outliersLeaveTheRunToWhatAscends(
      @ForAll @Size(max = 20) final List<@IntRange(max = 100) Integer> outliers) {
    final TimerQueue queue = new TimerQueue();
    long now = 0;
    int heaped = 0;
    for (final int count : outliers) {
      for (int i = 0; i < count; i++) {
        add(queue, new Node(), now + FAR + i);
      }
      for (int i = 0; i < 200; i++) {
        add(queue, new Node(), now++);
      }
      heaped += Math.max(0, 2 * count - 1);
      assertThat(queue.heaped()).isEqualTo(heaped);
    }
  }

  @Property(tries = 100)
  void whatAscendsFindsTheRunAfterDisorder(@ForAll final long seed) {
    final java.util.Random random = new java.util.Random(seed);
    final TimerQueue queue = new TimerQueue();
    for (int i = 0; i < 10_000; i++) {
      add(queue, new Node(), FAR + random.nextLong(FAR));
    }
    for (int i = 0; i < 10_000; i++) {
      add(queue, new Node(), i);
    }
    assertThat(queue.heaped()).isLessThan(10_000 + 256);
  }

  @Property(tries = 200)
  void compactionKeepsTheOrderOfBothParts(@ForAll final long seed) {
    final java.util.Random random = new java.util.Random(seed);
    final TimerQueue queue = new TimerQueue();
    final List<Node> nodes = nodes(NODES);
    for (int i = 0; i < NODES; i++) {
      add(queue, nodes.get(i), i % 2 == 0 ? IDLE + i : random.nextLong(IDLE));
    }
    // Some take their entries over, some leave them behind.
    for (int i = 0; i < NODES; i += 3) {
      queue.remove(nodes.get(i));
      add(queue, nodes.get(i), random.nextLong(2 * IDLE));
    }
    final List<Node> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, random);
    shuffled.subList(0, NODES * 4 / 5).forEach(queue::remove);
    assertThat(queue.staleEntries()).isLessThan(NODES / 3);
    final List<Node> left = new ArrayList<>(shuffled.subList(NODES * 4 / 5, NODES));
    left.sort(
        Comparator.<Node>comparingLong(node -> node.deadline)
            .thenComparingLong(node -> node.order));
    for (final Node node : left) {
      assertThat(queue.peek()).isSameAs(node);
      queue.pop(node);
    }
    assertThat(queue.peek()).isNull();
  }

  @Example
  void timersThatHaveLeftAreNotHeldOnTo() {
    final TimerQueue queue = new TimerQueue();
    final List<WeakReference<Node>> left = new ArrayList<>();
    // Some pass through the run, and some are displaced from it into the heap.
    for (int i = 0; i < 10; i++) {
      left.add(added(queue, i < 5 ? i : FAR + i));
    }
    for (int i = 0; i < 5; i++) {
      left.add(added(queue, IDLE));
    }
    assertThat(queue.heaped()).isEqualTo(9);
    TimerNode next;
    while ((next = queue.peek()) != null) {
      queue.pop(next);
    }
    for (int i = 0; i < 100 && !left.stream().allMatch(node -> node.refersTo(null)); i++) {
      System.gc();
    }
    assertThat(left).allMatch(node -> node.refersTo(null));
    assertThat(queue.size()).isZero();
  }

  private static void add(final TimerQueue queue, final TimerNode node, final long deadline) {
    queue.makeRoom(1);
    queue.add(node, deadline);
  }

  private static WeakReference<Node> added(final TimerQueue queue, final long deadline) {
    final Node node = new Node();
    add(queue, node, deadline);
    return new WeakReference<>(node);
  }

  @Property(tries = 2)
  void aMillionTimersOfWhichHalfAreDeletedComeOutInOrder(@ForAll final long seed) {
    final java.util.Random random = new java.util.Random(seed);
    final TimerQueue queue = new TimerQueue();
    final Node[] nodes = new Node[1_000_000];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = new Node();
      add(queue, nodes[i], random.nextLong(1L << 40));
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
