package org.jevent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Single timers and timers in the queues of common time-outs, together against a sorted set. */
class CommonTimeoutProperties {
  private static final int EVENTS = 24;
  private static final int QUEUES = 3;

  /** One step: what to do, with which event, in which queue, at which deadline. */
  record Step(int kind, int event, int queue, long deadline) {}

  /** What the model knows of a scheduled event. */
  record Due(long deadline, long order, Event event) {}

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
    try (EventBase base = new EventBase(new EventConfig().method("nio"))) {
      new Run(base).perform(program);
    }
  }

  private static final class Run {
    private final EventBase base;
    private final TimerQueue timers;
    private final List<CommonTimeout> queues = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<Event, Due> scheduled = new HashMap<>();
    private final TreeSet<Due> model =
        new TreeSet<>(Comparator.comparingLong(Due::deadline).thenComparingLong(Due::order));
    private long nextOrder;

    Run(final EventBase base) {
      this.base = base;
      timers = base.states.timers;
      for (int i = 0; i < QUEUES; i++) {
        queues.add(base.initCommonTimeout(Duration.ofSeconds(i + 1)));
      }
      for (int i = 0; i < EVENTS; i++) {
        events.add(base.newTimer((event, what) -> {}));
      }
    }

    void perform(final List<Step> program) {
      for (final Step step : program) {
        final Event event = events.get(step.event());
        switch (step.kind()) {
          case 0 -> {
            remove(event);
            timers.add(event, step.deadline());
            scheduled(event, step.deadline());
          }
          case 1, 2 -> {
            remove(event);
            event.deadline = step.deadline();
            queues.get(step.queue()).add(event, timers);
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

    private void scheduled(final Event event, final long deadline) {
      final Due due = new Due(deadline, nextOrder++, event);
      scheduled.put(event, due);
      model.add(due);
    }

    private void remove(final Event event) {
      if (event.commonQueue != null) {
        event.commonQueue.remove(event, timers);
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
      final Event due = top instanceof CommonTimeout common ? common.first() : (Event) top;
      final Due expected = model.pollFirst();
      assertThat(expected).isNotNull();
      assertThat(due).isSameAs(expected.event());
      assertThat(top.deadline).isEqualTo(expected.deadline());
      scheduled.remove(due);
      timers.pop(top);
      top.expire(base);
      base.states.cancel(due);
    }
  }
}
