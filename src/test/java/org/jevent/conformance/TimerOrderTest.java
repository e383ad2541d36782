package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;

/** Many timers, and the clock they stand on. */
class TimerOrderTest {
  @EngineTest
  void aHundredThousandTimersOfWhichHalfAreDeletedFireInOrder(final Bases bases) {
    final EventBase base = bases.base();
    final int count = 100_000;
    final Random random = new Random(7);
    final long[] due = new long[count];
    final int[] order = new int[count];
    final Event[] events = new Event[count];
    final AtomicInteger fired = new AtomicInteger();
    // Inside one callback all deadlines are counted from the same cached time.
    base.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            final int index = i;
            due[i] = random.nextInt(50_000) * 1000L;
            events[i] = base.newTimer((event, what) -> order[fired.getAndIncrement()] = index);
            events[i].addNanos(due[i]);
          }
          for (int i = 0; i < count; i += 2) {
            events[i].delete();
          }
        });
    base.dispatch();
    assertThat(fired).hasValue(count / 2);
    boolean sorted = true;
    for (int i = 1; i < count / 2; i++) {
      final int before = order[i - 1];
      final int after = order[i];
      sorted &= due[before] < due[after] || (due[before] == due[after] && before < after);
    }
    assertThat(sorted).as("by deadline, equal ones by order of adding").isTrue();
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
  }

  @EngineTest
  void timersThatRearmThemselvesAtRandomKeepTheQueueInOrder(final Bases bases) {
    final EventBase base = bases.base();
    final Random random = new Random(11);
    final AtomicInteger fired = new AtomicInteger();
    final AtomicBoolean early = new AtomicBoolean();
    final int timers = 500;
    final List<Event> events = new ArrayList<>();
    final long[] due = new long[timers];
    for (int i = 0; i < timers; i++) {
      final int index = i;
      events.add(
          base.newTimer(
              (event, what) -> {
                if (base.cachedNanos() < due[index]) {
                  early.set(true);
                }
                if (fired.incrementAndGet() < 20_000) {
                  rearm(base, events, due, random.nextInt(timers), random);
                  rearm(base, events, due, index, random);
                }
              }));
    }
    base.execute(
        () -> {
          for (int i = 0; i < timers; i++) {
            rearm(base, events, due, i, random);
          }
        });
    base.dispatch();
    assertThat(fired.get()).isGreaterThanOrEqualTo(20_000);
    assertThat(early).isFalse();
    assertThat(base.eventCount(EventBase.COUNT_ADDED | EventBase.COUNT_ACTIVE)).isZero();
  }

  private static void rearm(
      final EventBase base,
      final List<Event> events,
      final long[] due,
      final int index,
      final Random random) {
    final long nanos = random.nextInt(1_000_000);
    due[index] = base.cachedNanos() + nanos;
    events.get(index).addNanos(nanos);
  }

  @EngineTest
  void theRemainingTimeIsNeverMoreThanAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final Random random = new Random(3);
    final Event timer = base.newTimer((event, what) -> {});
    for (int i = 0; i < 1000; i++) {
      final Duration asked = Duration.ofNanos(1 + random.nextInt(1_000_000_000));
      timer.add(asked);
      assertThat(timer.remaining()).isBetween(Duration.ZERO, asked);
    }
    timer.delete();
    assertThat(timer.remaining()).isNull();
  }

  @EngineTest
  void theClockNeverGoesBack(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger rounds = new AtomicInteger();
    final AtomicBoolean back = new AtomicBoolean();
    final long[] last = {base.cachedNanos()};
    final Runnable look =
        () -> {
          final long now = base.cachedNanos();
          back.set(back.get() || now < last[0]);
          last[0] = now;
        };
    base.watchPrepare((watcher, timeout) -> look.run());
    base.watchCheck(watcher -> look.run());
    base.newPeriodicTimer(
            (event, what) -> {
              look.run();
              base.updateCachedTime();
              look.run();
              if (rounds.incrementAndGet() == 300) {
                event.delete();
              }
            })
        .addNanos(20_000);
    base.dispatch();
    look.run();
    assertThat(back).isFalse();
    assertThat(rounds).hasValue(300);
  }

  @EngineTest
  void outsideTheLoopTheCachedTimeIsTheTime(final Bases bases) {
    final EventBase base = bases.base();
    final long first = base.cachedNanos();
    long next = first;
    while (next == first) {
      next = base.cachedNanos();
    }
    assertThat(next).isGreaterThan(first);
    base.updateCachedTime();
    assertThat(base.cachedNanos()).isGreaterThanOrEqualTo(next);
    assertThat(Duration.between(java.time.Instant.now(), base.cachedTime()).abs())
        .isLessThan(Duration.ofSeconds(30));
  }
}
