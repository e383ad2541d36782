package org.jevent.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jevent.internal.engine.EngineRequest;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;

/** Single timers and timers in the queues of common time-outs, together against a sorted set. */
class CommonTimeoutProperties {
  private static final int EVENTS = 24;
  private static final int QUEUES = 3;

  /** One step: what to do, with which event, in which queue, at which deadline. */
  record Step(int kind, int event, int queue, long deadline) {}

  /** What the model knows of a scheduled event. */
  record Due(long deadline, long order, EventNode event) {}

  @Provide
  Arbitrary<List<Step>> programs() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 4),
            Arbitraries.integers().between(0, EVENTS - 1),
            Arbitraries.integers().between(0, QUEUES - 1),
            Arbitraries.longs().between(0, 20))
        .as(Step::new)
        .list()
        .ofMaxSize(1500);
  }

  @Property
  void commonAndOwnTimersFireInOneExactOrder(@ForAll("programs") final List<Step> program) {
    withLoop(loop -> new Run(loop).perform(program));
  }

  private static void withLoop(final Consumer<EventLoop> action) {
    final EventLoop loop =
        new EventLoop(
            Engines.open(new EngineRequest("nio", Set.of(), 0, true), Providers.ALL),
            new LoopSettings(
                true,
                true,
                false,
                1,
                Long.MAX_VALUE,
                new LoopSettings.Limits(-1, Integer.MAX_VALUE, Integer.MAX_VALUE),
                (level, message, cause) -> {},
                (source, exception) -> {}));
    loop.lock.lock();
    try {
      action.accept(loop);
    } finally {
      loop.lock.unlock();
    }
    loop.close(false);
  }

  private static EventNode timer(final EventLoop loop, final long deadline) {
    final Timer made = new Timer(loop);
    made.deadline = deadline;
    return made;
  }

  private static final class Timer extends EventNode {
    Timer(final EventLoop loop) {
      super(loop, -1, Masks.TIMEOUT);
    }

    @Override
    protected boolean hasHandle() {
      return false;
    }

    @Override
    protected Object handleName() {
      return null;
    }

    @Override
    protected int descriptor() {
      return -1;
    }

    @Override
    protected SelectableChannel channel() {
      return null;
    }

    @Override
    protected boolean ownsDescriptor() {
      return false;
    }

    @Override
    protected void fire(final int what) {
      throw new UnsupportedOperationException();
    }
  }

  /** Else many periodic events that are late would each search through all others. */
  @Example
  void anEventOvertakesAFewOthersOnly() {
    withLoop(
        loop -> {
          final TimerQueue timers = loop.timers.queue();
          final CommonQueue queue = new CommonQueue(timers, 1) {};
          for (int i = 0; i < CommonQueue.MAX_STEPS + 1; i++) {
            assertThat(queue.add(timer(loop, 10 + i))).isTrue();
          }
          final EventNode first = timer(loop, 5);
          assertThat(queue.add(first)).isFalse();
          assertThat(first.commonQueue).isNull();
          assertThat(queue.add(timer(loop, 11))).isTrue();
        });
  }

  private static final class Run {
    private final EventLoop loop;
    private final TimerQueue timers;
    private final List<CommonQueue> queues = new ArrayList<>();
    private final List<EventNode> events = new ArrayList<>();
    private final Map<EventNode, Due> scheduled = new HashMap<>();
    private final TreeSet<Due> model =
        new TreeSet<>(Comparator.comparingLong(Due::deadline).thenComparingLong(Due::order));
    private long nextOrder;

    Run(final EventLoop loop) {
      this.loop = loop;
      timers = loop.timers.queue();
      for (int i = 0; i < QUEUES; i++) {
        queues.add(new CommonQueue(timers, i + 1) {});
      }
      for (int i = 0; i < EVENTS; i++) {
        events.add(new Timer(loop));
      }
    }

    void perform(final List<Step> program) {
      for (final Step step : program) {
        final EventNode event = events.get(step.event());
        switch (step.kind()) {
          case 0 -> {
            remove(event);
            timers.makeRoom(1);
            timers.add(event, step.deadline());
            scheduled(event, step.deadline());
          }
          case 1, 2 -> {
            remove(event);
            event.deadline = step.deadline();
            if (!queues.get(step.queue()).add(event)) {
              timers.makeRoom(1);
              timers.add(event, step.deadline());
            }
            scheduled(event, step.deadline());
          }
          case 3 -> remove(event);
          default -> expireFirst();
        }
        assertThat(timers.entries() - timers.staleEntries()).isEqualTo(timers.size());
        assertThat(timers.staleEntries()).isNotNegative();
      }
      while (!model.isEmpty()) {
        expireFirst();
      }
      assertThat(timers.peek()).isNull();
      assertThat(timers.entries()).isZero();
    }

    private void scheduled(final EventNode event, final long deadline) {
      final Due due = new Due(deadline, nextOrder++, event);
      scheduled.put(event, due);
      model.add(due);
    }

    private void remove(final EventNode event) {
      if (event.commonQueue != null) {
        event.commonQueue.remove(event);
      } else if (event.scheduled) {
        timers.remove(event);
      }
      final Due due = scheduled.remove(event);
      if (due != null) {
        model.remove(due);
      }
    }

    private void expireFirst() {
      final TimerNode top = timers.peek();
      if (top == null) {
        assertThat(model).isEmpty();
        return;
      }
      final EventNode due = top instanceof CommonQueue common ? common.first() : (EventNode) top;
      final Due expected = model.pollFirst();
      assertThat(expected).isNotNull();
      assertThat(due).isSameAs(expected.event());
      assertThat(top.deadline).isEqualTo(expected.deadline());
      scheduled.remove(due);
      timers.pop(top);
      loop.counts.addCondition(); // the run adds to the queues itself, past the counts
      top.expire();
      loop.active.remove(due);
    }
  }
}
