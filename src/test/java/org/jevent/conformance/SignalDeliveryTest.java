package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.Signals;
import org.jevent.TestSystem;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How often, when and to whom signals are delivered. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "raises POSIX signals")
class SignalDeliveryTest {
  /** Lets the loop run until {@code done}, and a little longer, for what must not happen. */
  private static void runUntil(final EventBase base, final AtomicInteger counter, final int count) {
    base.loopExit(Duration.ofSeconds(TestSystem.patience(20)));
    while (counter.get() < count) {
      base.loop(EventBase.LOOP_ONCE | EventBase.LOOP_NO_EXIT_ON_EMPTY);
      assertThat(base.gotExit()).as("the signal has not come").isFalse();
    }
    runAWhile(base);
  }

  private static void runAWhile(final EventBase base) {
    base.loopExit(Duration.ofMillis(30));
    base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
  }

  @EngineTest
  void threeSignalsAreThreeCallbacks(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(Signals.WINCH.number(base), (self, what) -> ran.incrementAndGet());
    event.add();
    for (int i = 0; i < 3; i++) {
      Raise.signal(bases, base, Signals.WINCH);
    }
    runUntil(base, ran, 3);
    assertThat(ran).hasValue(3);
    event.close();
  }

  @EngineTest
  void differentSignalsReachTheirOwnEvents(final Bases bases) {
    final EventBase base = bases.base();
    final List<Integer> seen = new ArrayList<>();
    final AtomicInteger ran = new AtomicInteger();
    final List<Event> events = new ArrayList<>();
    for (final Signals signal : List.of(Signals.WINCH, Signals.URG, Signals.CONT)) {
      final Event event =
          base.newSignal(
              signal.number(base),
              (self, what) -> {
                seen.add(self.signal());
                ran.incrementAndGet();
              });
      event.add();
      events.add(event);
    }
    Raise.signal(bases, base, Signals.URG);
    Raise.signal(bases, base, Signals.CONT);
    Raise.signal(bases, base, Signals.CONT);
    runUntil(base, ran, 3);
    final int twice = Signals.CONT.number(base);
    assertThat(seen).containsExactlyInAnyOrder(Signals.URG.number(base), twice, twice);
    events.forEach(Event::close);
  }

  @EngineTest
  void anEventThatIsNotPersistentHearsOneDeliveryOnly(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(
            Signals.WINCH.number(base), Event.SIGNAL, (self, what) -> ran.incrementAndGet());
    event.add();
    Raise.signal(bases, base, Signals.WINCH);
    runUntil(base, ran, 1);
    assertThat(event.isPending()).isFalse();
    Raise.signal(bases, base, Signals.WINCH); // whose default is to do nothing
    runAWhile(base);
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void aSignalWhileCallbacksRunIsDeliveredAfterThem(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.newSignal(
            Signals.WINCH.number(base),
            (self, what) -> {
              ran.add("signal");
              self.delete();
            })
        .add();
    for (int i = 0; i < 2; i++) {
      final Event event =
          base.newUserEvent(
              (self, what) -> {
                ran.add("callback");
                if (ran.size() == 1) {
                  Raise.signal(bases, base, Signals.WINCH);
                }
              });
      event.activate(Event.READ);
    }
    base.dispatch();
    assertThat(ran).containsExactly("callback", "callback", "signal");
  }

  @EngineTest
  void closingTheEventInItsCallbackForgetsTheOtherDeliveries(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(
            Signals.WINCH.number(base),
            (self, what) -> {
              ran.incrementAndGet();
              self.close();
            });
    event.add();
    for (int i = 0; i < 3; i++) {
      Raise.signal(bases, base, Signals.WINCH);
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    runAWhile(base);
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void loopBreakEndsTheDeliveriesOfOneSignal(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(
            Signals.WINCH.number(base),
            (self, what) -> {
              ran.incrementAndGet();
              base.loopBreak();
            });
    event.add();
    Raise.signal(bases, base, Signals.WINCH);
    Raise.signal(bases, base, Signals.WINCH);
    base.dispatch();
    assertThat(ran).hasValue(1);
    assertThat(base.gotBreak()).isTrue();
    event.close();
  }

  @EngineTest
  void aSignalRightAfterDeleteReachesNoHandler(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(Signals.WINCH.number(base), (self, what) -> ran.incrementAndGet());
    event.add();
    event.delete();
    Raise.signal(bases, base, Signals.WINCH);
    runAWhile(base);
    assertThat(ran).hasValue(0);
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
  }

  @EngineTest
  void aSignalAfterTheBaseWasClosedReachesNoHandler(final Bases bases) {
    final EventBase other = bases.base();
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newSignal(Signals.WINCH.number(base), (self, what) -> ran.incrementAndGet());
    event.add();
    Raise.signal(bases, other, Signals.WINCH);
    base.close();
    Raise.signal(bases, other, Signals.WINCH);
    assertThat(event.isPending()).isFalse();
    assertThat(ran).hasValue(0);
  }

  @EngineTest
  void theOrderInWhichBasesAndEventsAreMadeAndAddedDoesNotMatter(final Bases bases) {
    final EventBase first = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event early =
        first.newSignal(Signals.WINCH.number(first), (self, what) -> ran.addAndGet(1));
    final EventBase second = bases.base();
    final Event late =
        second.newSignal(Signals.WINCH.number(second), (self, what) -> ran.addAndGet(100));
    late.add();
    early.add();
    Raise.signal(bases, first, Signals.WINCH);
    runUntil(first, ran, 1);
    assertThat(ran).hasValue(1);
    runUntil(second, ran, 101);
    assertThat(ran).hasValue(101);
    late.close();
    Raise.signal(bases, first, Signals.WINCH);
    runAWhile(second);
    runUntil(first, ran, 102);
    assertThat(ran).hasValue(102);
    early.close();
  }

  @EngineTest
  void aSignalWakesALoopThatWaitsInAnotherThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Event event =
        base.newSignal(Signals.WINCH.number(base), (self, what) -> base.loopBreak());
    event.add();
    final Thread loop = new Thread(base::dispatch, "test");
    loop.start();
    Thread.sleep(20);
    Raise.signal(bases, base, Signals.WINCH);
    loop.join();
    assertThat(base.gotBreak()).isTrue();
    event.close();
  }

  @EngineTest
  void watchingAndLeavingWhileSignalsComeHarmsNothing(final Bases bases) throws Exception {
    TestSystem.notEmulated("it loses a handler that is taken back while its signal is delivered");
    final EventBase base = bases.base();
    final int number = Signals.WINCH.number(base);
    final AtomicBoolean deleted = new AtomicBoolean(true);
    final AtomicInteger afterDelete = new AtomicInteger();
    final AtomicInteger ran = new AtomicInteger();
    final Thread loop = new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), "test");
    loop.start();
    final AtomicBoolean stop = new AtomicBoolean();
    final Thread raiser =
        new Thread(
            () -> {
              while (!stop.get()) {
                Raise.signal(number);
                Thread.yield();
              }
            },
            "test");
    raiser.start();
    try {
      final Event event =
          base.newSignal(
              number,
              (self, what) -> {
                ran.incrementAndGet();
                afterDelete.addAndGet(deleted.get() ? 1 : 0);
              });
      for (int i = 0; i < 300 || ran.get() == 0; i++) {
        deleted.set(false);
        event.add();
        if (i % 3 == 0) {
          Thread.yield();
        }
        event.delete();
        deleted.set(true);
      }
    } finally {
      stop.set(true);
      raiser.join();
      base.loopBreak();
      loop.join();
    }
    assertThat(afterDelete).hasValue(0);
    assertThat(bases.exceptions).isEmpty();
    assertThat(base.eventCount(EventBase.COUNT_ADDED | EventBase.COUNT_ACTIVE)).isZero();
  }
}
