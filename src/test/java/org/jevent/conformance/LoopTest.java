package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.DeferredCallback;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.LoopResult;
import org.jevent.net.NetSocket;

/** How a loop runs and ends, priorities, activation. */
class LoopTest {
  @EngineTest
  void anEmptyLoopEndsAtOnceAndSaysSo(final Bases bases) {
    final EventBase base = bases.base();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(base.gotBreak()).isFalse();
    assertThat(base.gotExit()).isFalse();
  }

  @EngineTest
  void loopBreakEndsAfterTheRunningCallback(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event first =
        base.newUserEvent(
            (event, what) -> {
              ran.add("first");
              base.loopBreak();
            });
    final Event second = base.newUserEvent((event, what) -> ran.add("second"));
    first.activate(Event.READ);
    second.activate(Event.READ);
    assertThat(base.dispatch()).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).containsExactly("first");
    assertThat(base.gotBreak()).isTrue();
    base.dispatch();
    assertThat(ran).containsExactly("first", "second");
    assertThat(base.gotBreak()).isFalse();
  }

  @EngineTest
  void loopExitEndsAfterAllCallbacksOfTheIteration(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event first =
        base.newUserEvent(
            (event, what) -> {
              ran.add("first");
              base.loopExit();
            });
    final Event second = base.newUserEvent((event, what) -> ran.add("second"));
    first.activate(Event.READ);
    second.activate(Event.READ);
    assertThat(base.dispatch()).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).containsExactly("first", "second");
    assertThat(base.gotExit()).isTrue();
  }

  @EngineTest
  void theEarliestOfSeveralLoopExitsWins(final Bases bases) {
    final EventBase base = bases.base();
    final long start = bases.nanoTime();
    base.loopExit(Duration.ofMillis(50));
    base.loopExit(Duration.ofHours(1));
    assertThat(base.dispatch()).isEqualTo(LoopResult.STOPPED);
    assertThat(bases.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000L);
    assertThat(base.gotExit()).isTrue();
  }

  @EngineTest
  void loopExitBeforeTheLoopLetsItRunOnePass(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    base.newUserEvent((event, what) -> ran.incrementAndGet()).activate(Event.READ);
    base.loopExit();
    base.newTimer((event, what) -> ran.addAndGet(100)).add(Duration.ofMillis(100));
    assertThat(base.dispatch()).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void loopContinuePollsAgainBeforeTheRestOfTheQueue(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    base.priorities(2);
    final Event urgent = base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("urgent"));
    urgent.priority(0);
    urgent.add();
    final Event first =
        base.newUserEvent(
            (event, what) -> {
              ran.add("first");
              pair[1].write(ByteBuffer.wrap(new byte[1]));
              base.loopContinue();
            });
    final Event second = base.newUserEvent((event, what) -> ran.add("second"));
    first.activate(Event.READ);
    second.activate(Event.READ);
    base.dispatch();
    assertThat(ran).containsExactly("first", "urgent", "second");
  }

  @EngineTest
  void onceReturnsAfterCallbacksRan(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    base.newPeriodicTimer((event, what) -> ran.incrementAndGet()).add(Duration.ofMillis(5));
    assertThat(base.loop(EventBase.LOOP_ONCE)).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void nonBlockingNeverWaitsAndIsOnePass(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger ran = new AtomicInteger();
    base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (event, what) -> ran.incrementAndGet())
        .add();
    base.newTimer((event, what) -> ran.addAndGet(100)).add(Duration.ofHours(1));
    assertThat(base.loop(EventBase.LOOP_NONBLOCK)).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).hasValue(1);
    assertThat(base.loop(EventBase.LOOP_NONBLOCK)).isEqualTo(LoopResult.STOPPED);
    assertThat(ran).hasValue(2);
  }

  @EngineTest
  void aLoopInsideItselfIsRefusedAndTheOuterOneUnharmed(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.newUserEvent(
            (event, what) -> {
              assertThatThrownBy(base::dispatch).isInstanceOf(IllegalStateException.class);
              assertThatThrownBy(() -> base.loop(EventBase.LOOP_NONBLOCK))
                  .isInstanceOf(IllegalStateException.class);
              ran.add("refused");
            })
        .activate(Event.READ);
    base.newTimer((event, what) -> ran.add("on it goes")).add(Duration.ofMillis(1));
    base.dispatch();
    assertThat(ran).containsExactly("refused", "on it goes");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void closingABaseInsideItsLoopIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    base.newUserEvent(
            (event, what) ->
                assertThatThrownBy(base::close).isInstanceOf(IllegalStateException.class))
        .activate(Event.READ);
    base.dispatch();
    assertThat(bases.exceptions).isEmpty();
    assertThat(base.isClosed()).isFalse();
  }

  @EngineTest
  void anUrgentEventThatStaysBusyBlocksOthers(final Bases bases) {
    for (final int priorities : new int[] {1, 2, 3, 255}) {
      final EventBase base = bases.base(bases.config().priorities(priorities));
      final int[] runs = new int[2];
      final Event urgent = repeating(base, runs, 0, 50);
      final Event other = repeating(base, runs, 1, 50);
      other.priority(priorities - 1);
      urgent.priority(0);
      other.activate(Event.READ);
      urgent.activate(Event.READ);
      base.loopExit(Duration.ofMillis(500));
      base.newUserEvent((event, what) -> {}).activate(Event.READ);
      base.dispatch();
      assertThat(runs[0]).isEqualTo(50);
      assertThat(runs[1]).isEqualTo(50);
    }
  }

  private static Event repeating(
      final EventBase base, final int[] runs, final int index, final int times) {
    return base.newUserEvent(
        (event, what) -> {
          if (index == 1 && event.priority() > 0) {
            assertThat(runs[0]).isEqualTo(times);
          }
          if (++runs[index] < times) {
            event.activate(Event.READ);
          }
        });
  }

  @EngineTest
  void activatingAMoreUrgentEventRunsItBeforeTheRestOfTheQueue(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(2));
    final List<String> ran = new ArrayList<>();
    final Event urgent = base.newUserEvent((event, what) -> ran.add("urgent"));
    urgent.priority(0);
    base.newUserEvent(
            (event, what) -> {
              ran.add("first");
              urgent.activate(Event.READ);
            })
        .activate(Event.READ);
    base.newUserEvent((event, what) -> ran.add("second")).activate(Event.READ);
    base.dispatch();
    assertThat(ran).containsExactly("first", "urgent", "second");
  }

  @EngineTest
  void severalActivationsAreOneCallbackWithTheUnion(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> masks = new ArrayList<>();
    final Event event = base.newUserEvent((self, what) -> masks.add(what));
    event.activate(Event.READ);
    event.activate(Event.WRITE);
    assertThat(event.pending(Event.READ | Event.WRITE | Event.TIMEOUT))
        .isEqualTo(Event.READ | Event.WRITE);
    base.dispatch();
    assertThat(masks).containsExactly(Event.READ | Event.WRITE);
    event.activate(Event.READ);
    event.delete();
    assertThat(event.isPending()).isFalse();
    base.dispatch();
    assertThat(masks).hasSize(1);
  }

  @EngineTest
  void whatIsActivatedInsideACallbackDoesNotBlockTheRest(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final int[] runs = new int[2];
    final Event writable =
        base.newEvent(
            pair[0],
            Event.WRITE | Event.PERSIST,
            (event, what) -> {
              if (++runs[0] == 100) {
                base.loopBreak();
              }
            });
    writable.add();
    base.newUserEvent(
            (event, what) -> {
              runs[1]++;
              event.activate(Event.READ);
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(runs[1]).isBetween(99, 102);
  }

  @EngineTest
  void deferredCallbacksBeyond32WaitForTheNextIteration(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> ran = new ArrayList<>();
    final List<Integer> atCheck = new ArrayList<>();
    base.watchCheck(watcher -> atCheck.add(ran.size()));
    base.newUserEvent(
            (event, what) -> {
              for (int i = 0; i < 40; i++) {
                final int index = i;
                final DeferredCallback deferred = base.newDeferred(() -> ran.add(index));
                assertThat(deferred.schedule()).isTrue();
                assertThat(deferred.schedule()).isFalse();
              }
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(ran).hasSize(40);
    assertThat(ran).isSorted();
    assertThat(atCheck).contains(32);
  }

  @EngineTest
  void maxCallbacksMakesTheLoopPollInBetween(final Bases bases) {
    final EventConfig config = bases.config().priorities(2).maxDispatchInterval(null, 3, 1);
    final EventBase base = bases.base(config);
    final AtomicInteger ran = new AtomicInteger();
    final List<Integer> atCheck = new ArrayList<>();
    base.watchCheck(watcher -> atCheck.add(ran.get()));
    for (int i = 0; i < 9; i++) {
      base.newUserEvent((event, what) -> ran.incrementAndGet()).activate(Event.READ);
    }
    base.dispatch();
    assertThat(atCheck).startsWith(0, 3, 6);
    for (int i = 0; i < 9; i++) {
      final Event exempt = base.newUserEvent((event, what) -> ran.incrementAndGet());
      exempt.priority(0);
      exempt.activate(Event.READ);
    }
    atCheck.clear();
    base.dispatch();
    assertThat(atCheck.get(0)).isEqualTo(9);
    assertThat(ran).hasValue(18);
  }

  @EngineTest
  void maxIntervalMakesTheLoopPollInBetween(final Bases bases) {
    final EventConfig config = bases.config().maxDispatchInterval(Duration.ofMillis(20), -1, 0);
    final EventBase base = bases.base(config);
    final AtomicInteger ran = new AtomicInteger();
    final List<Integer> atCheck = new ArrayList<>();
    base.watchCheck(watcher -> atCheck.add(ran.get()));
    for (int i = 0; i < 10; i++) {
      base.newUserEvent(
              (event, what) -> {
                ran.incrementAndGet();
                bases.spend(10);
              })
          .activate(Event.READ);
    }
    base.dispatch();
    assertThat(ran).hasValue(10);
    assertThat(atCheck.size()).isGreaterThan(3);
  }

  @EngineTest
  void virtualEventsKeepTheLoopAlive(final Bases bases) {
    final EventBase base = bases.base();
    base.addVirtual();
    base.newTimer((event, what) -> base.removeVirtual()).add(Duration.ofMillis(10));
    assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isEqualTo(1);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(base.eventCount(EventBase.COUNT_VIRTUAL)).isZero();
    assertThatThrownBy(base::removeVirtual).isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void countsAndMaximaAreKeptPerKind(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event event = base.newEvent(pair[0], Event.READ, (self, what) -> {});
    event.add(Duration.ofHours(1));
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isEqualTo(2);
    event.activate(Event.READ);
    assertThat(base.eventCount(EventBase.COUNT_ACTIVE)).isEqualTo(1);
    assertThat(base.eventCount(EventBase.COUNT_ACTIVE | EventBase.COUNT_ADDED)).isEqualTo(3);
    event.delete();
    assertThat(base.eventCount(7)).isZero();
    assertThat(base.maxEventCount(EventBase.COUNT_ADDED, false)).isEqualTo(2);
    assertThat(base.maxEventCount(EventBase.COUNT_ADDED, true)).isEqualTo(2);
    assertThat(base.maxEventCount(EventBase.COUNT_ADDED, false)).isZero();
    assertThat(base.maxEventCount(EventBase.COUNT_ACTIVE, true)).isEqualTo(1);
  }
}
