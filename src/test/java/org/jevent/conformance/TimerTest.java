package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.CommonTimeout;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.net.NetSocket;

/** Time-outs: when they fire, how often, and in which order. */
class TimerTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  @EngineTest
  void aTimerFiresOnceAndNeverEarly(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger fired = new AtomicInteger();
    final List<Integer> masks = new ArrayList<>();
    final long start = bases.nanoTime();
    base.newTimer(
            (event, what) -> {
              fired.incrementAndGet();
              masks.add(what);
            })
        .add(SHORT);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(bases.nanoTime() - start).isGreaterThanOrEqualTo(SHORT.toNanos());
    assertThat(fired).hasValue(1);
    assertThat(masks).containsExactly(Event.TIMEOUT);
  }

  @EngineTest
  void timersFireInOrderOfExpiryAndEqualOnesInOrderOfAdding(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> order = new ArrayList<>();
    final int[] micros = {3000, 1000, 2000, 1000, 0, 3000, 1000};
    final Event all = base.newTimer((event, what) -> addAll(base, micros, order));
    all.activate(Event.TIMEOUT);
    base.dispatch();
    assertThat(order).containsExactly(4, 1, 3, 6, 2, 0, 5);
  }

  /** Inside a callback, where all times are relative to the same cached time. */
  private static void addAll(final EventBase base, final int[] micros, final List<Integer> order) {
    for (int i = 0; i < micros.length; i++) {
      final int index = i;
      base.newTimer((event, what) -> order.add(index)).addNanos(micros[i] * 1000L);
    }
  }

  @EngineTest
  void aRandomHeapOfTimersFiresInOrder(final Bases bases) {
    final EventBase base = bases.base();
    final Random random = new Random(1);
    final List<Long> fired = new ArrayList<>();
    final List<Long> expected = new ArrayList<>();
    final List<Event> deleted = new ArrayList<>();
    base.newTimer(
            (event, what) -> {
              for (int i = 0; i < 1024; i++) {
                final long nanos = random.nextInt(5_000_000);
                final Event timer = base.newTimer((self, mask) -> fired.add(nanos));
                timer.addNanos(nanos);
                if (random.nextBoolean()) {
                  deleted.add(timer);
                } else {
                  expected.add(nanos);
                }
              }
              Collections.shuffle(deleted, random);
              deleted.forEach(Event::delete);
            })
        .activate(Event.TIMEOUT);
    base.dispatch();
    Collections.sort(expected);
    assertThat(fired).isEqualTo(expected);
  }

  @EngineTest
  void aPersistentTimerRepeatsWithoutDrift(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger count = new AtomicInteger();
    final long start = bases.nanoTime();
    base.newPeriodicTimer(
            (event, what) -> {
              if (count.incrementAndGet() == 5) {
                event.delete();
              }
            })
        .add(SHORT);
    base.dispatch();
    assertThat(count).hasValue(5);
    assertThat(bases.nanoTime() - start).isGreaterThanOrEqualTo(5 * SHORT.toNanos());
  }

  @EngineTest
  void aPersistentTimerDoesNotBurstAfterAStall(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final AtomicInteger count = new AtomicInteger();
    final Event ticking = base.newPeriodicTimer((event, what) -> count.incrementAndGet());
    ticking.add(Duration.ofMillis(50));
    base.newTimer((event, what) -> bases.spend(300)).add(Duration.ofMillis(10));
    base.loopExit(Duration.ofMillis(330));
    base.dispatch();
    assertThat(count.get()).isBetween(1, 2);
    ticking.delete();
  }

  @EngineTest
  void activationByHandRestartsTheIntervalOfAPersistentEvent(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> masks = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    final long start = bases.nanoTime();
    final Event event =
        base.newPeriodicTimer(
            (self, what) -> {
              masks.add(what);
              times.add(bases.nanoTime() - start);
              if (masks.size() == 3) {
                self.delete();
              }
            });
    event.add(Duration.ofMillis(200));
    base.newTimer((self, what) -> event.activate(Event.READ)).add(Duration.ofMillis(100));
    base.dispatch();
    assertThat(masks).containsExactly(Event.READ, Event.TIMEOUT, Event.TIMEOUT);
    assertThat(times.get(1) - times.get(0)).isGreaterThan(Duration.ofMillis(195).toNanos());
  }

  @EngineTest
  void addingAgainReplacesTheTimeoutAndAddingWithoutKeepsIt(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    event.add(Duration.ofHours(1));
    event.add();
    assertThat(event.remaining()).isGreaterThan(Duration.ofMinutes(59));
    event.add(Duration.ofHours(3));
    assertThat(event.remaining()).isBetween(Duration.ofHours(2), Duration.ofHours(3));
    event.removeTimer();
    assertThat(event.remaining()).isNull();
    assertThat(event.isPending()).isFalse();
  }

  @EngineTest
  void theRemainingTimeNeverExceedsWhatWasAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    for (int i = 0; i < 1000; i++) {
      event.add(Duration.ofSeconds(10));
      assertThat(event.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(10));
    }
  }

  @EngineTest
  void addingWithATimeoutWithdrawsATimeoutNotYetDelivered(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger count = new AtomicInteger();
    final Event late = base.newTimer((self, what) -> count.incrementAndGet());
    base.newTimer((self, what) -> late.add(Duration.ofMillis(60))).add(Duration.ofMillis(1));
    late.add(Duration.ofMillis(1));
    base.newTimer((self, what) -> sleep(20)).activate(Event.TIMEOUT);
    final long start = bases.nanoTime();
    base.dispatch();
    assertThat(count).hasValue(1);
    assertThat(bases.nanoTime() - start).isGreaterThan(Duration.ofMillis(60).toNanos());
  }

  @EngineTest
  void commonTimeoutsFireInOrderWithAllOthers(final Bases bases) {
    final EventBase base = bases.base();
    final CommonTimeout common = base.initCommonTimeout(Duration.ofMillis(2));
    assertThat(base.initCommonTimeout(Duration.ofNanos(2_000_000))).isSameAs(common);
    assertThat(common.duration()).isEqualTo(Duration.ofMillis(2));
    final List<String> order = new ArrayList<>();
    base.newTimer(
            (event, what) -> {
              timer(base, order, "a").add(common);
              timer(base, order, "b").addNanos(1_000_000);
              timer(base, order, "c").add(Duration.ofMillis(2));
              timer(base, order, "d").addNanos(3_000_000);
              final Event gone = timer(base, order, "gone");
              gone.add(common);
              timer(base, order, "e").add(common);
              gone.delete();
            })
        .activate(Event.TIMEOUT);
    base.dispatch();
    assertThat(order).containsExactly("b", "a", "c", "e", "d");
  }

  @EngineTest
  void thousandsOfPersistentEventsShareACommonTimeout(final Bases bases) {
    final EventBase base = bases.base();
    final CommonTimeout common = base.initCommonTimeout(Duration.ofMillis(10));
    final AtomicInteger count = new AtomicInteger();
    for (int i = 0; i < 2000; i++) {
      base.newPeriodicTimer(
              (event, what) -> {
                if (count.incrementAndGet() > 6000) {
                  event.delete();
                }
              })
          .add(common);
    }
    base.dispatch();
    assertThat(count).hasValue(8000);
  }

  @EngineTest
  void aBaseHasAtMost256CommonTimeouts(final Bases bases) {
    final EventBase base = bases.base();
    for (int i = 1; i <= 256; i++) {
      base.initCommonTimeout(Duration.ofMillis(i));
    }
    assertThatThrownBy(() -> base.initCommonTimeout(Duration.ofMillis(300)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(base.initCommonTimeout(Duration.ofMillis(7)).duration())
        .isEqualTo(Duration.ofMillis(7));
  }

  @EngineTest
  void anAbsurdlyLongTimeoutIsNoError(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    event.add(Duration.ofSeconds(Long.MAX_VALUE));
    base.newTimer((self, what) -> event.delete()).add(Duration.ofMillis(1));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  private static Event timer(final EventBase base, final List<String> order, final String name) {
    return base.newTimer((event, what) -> order.add(name));
  }

  private static void sleep(final long millis) {
    try {
      Thread.sleep(millis);
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @EngineTest
  void aTimerWithoutATimeIsRefusedAndSaysWhatToDo(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = bases.pair(base)[0];
    final Event timer = bases.later(base.newTimer((self, what) -> {}));
    final List<Event> never =
        List.of(
            timer,
            bases.later(base.newPeriodicTimer((self, what) -> {})),
            bases.later(base.newEvent(socket, 0, (self, what) -> {})),
            bases.later(base.newEvent(socket, Event.TIMEOUT | Event.PERSIST, (self, what) -> {})));
    for (final Event event : never) {
      assertThatThrownBy(event::add)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(event.toString())
          .hasMessageContaining("add(Duration)");
      assertThat(event.isPending()).isFalse();
    }
    timer.add(Duration.ofHours(1));
    timer.add();
    timer.removeTimer();
    assertThatThrownBy(timer::add).isInstanceOf(IllegalStateException.class);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  @EngineTest
  void aTimerThatHasFiredNeedsANewTimeAndAPeriodicOneKeepsIts(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger fired = new AtomicInteger();
    base.newTimer((self, what) -> self.add()).addNanos(1);
    base.newPeriodicTimer(
            (self, what) -> {
              self.add();
              if (fired.incrementAndGet() == 2) {
                self.delete();
              }
            })
        .addNanos(1_000_000);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(fired).hasValue(2);
    assertThat(bases.exceptions).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void aUserEventMayBeAddedAndWaitsForNothing(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> masks = new ArrayList<>();
    final Event event = bases.later(base.newUserEvent((self, what) -> masks.add(what)));
    event.add();
    assertThat(event.isPending()).isFalse();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    event.activate(0);
    assertThat(event.isPending()).isTrue();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    event.addNanos(1);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(masks).containsExactly(0, Event.TIMEOUT);
  }
}
