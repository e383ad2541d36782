package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LogCallback;
import org.jevent.Watcher;
import org.jevent.error.EngineUnavailableException;
import org.jevent.net.NetSocket;

/** Finalizers, closing, exceptions, watchers, looking inside. */
class EventLifeTest {
  @EngineTest
  void aFinalizerRunsInsteadOfTheCallback(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event idle = base.newUserEvent((event, what) -> ran.add("idle"));
    final Event active = base.newUserEvent((event, what) -> ran.add("active"));
    final Event pending = base.newTimer((event, what) -> ran.add("pending"));
    active.activate(Event.READ);
    pending.add(Duration.ofMillis(1));
    for (final Event event : List.of(idle, active, pending)) {
      event.finalizeWith((self, what) -> ran.add("finalized " + (what == Event.FINALIZE)));
      assertThatThrownBy(event::add).isInstanceOf(IllegalStateException.class);
      event.activate(Event.READ);
      event.delete();
    }
    base.dispatch();
    assertThat(ran).containsExactly("finalized true", "finalized true", "finalized true");
    assertThat(idle.isClosed()).isFalse();
  }

  @EngineTest
  void closeWithClosesAfterTheFinalizer(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event = base.newUserEvent((self, what) -> {});
    event.closeWith((self, what) -> ran.incrementAndGet());
    base.dispatch();
    assertThat(ran).hasValue(1);
    assertThat(event.isClosed()).isTrue();
  }

  @EngineTest
  void finalizingTwoEventsInsideOneCallbackSilencesTheOther(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event[] events = new Event[2];
    for (int i = 0; i < 2; i++) {
      events[i] =
          base.newUserEvent(
              (event, what) -> {
                ran.add("callback");
                events[0].finalizeWith((self, mask) -> ran.add("finalizer 0"));
                events[1].finalizeWith((self, mask) -> ran.add("finalizer 1"));
              });
      events[i].activate(Event.READ);
    }
    base.dispatch();
    assertThat(ran).containsExactly("callback", "finalizer 0", "finalizer 1");
  }

  @EngineTest
  void closingTheBaseRunsFinalizersUnlessAskedNotTo(final Bases bases) {
    final AtomicInteger ran = new AtomicInteger();
    final EventBase first = bases.base();
    first.newUserEvent((event, what) -> {}).finalizeWith((event, what) -> ran.incrementAndGet());
    first.close();
    assertThat(ran).hasValue(1);
    final EventBase second = bases.base();
    second.newUserEvent((event, what) -> {}).finalizeWith((event, what) -> ran.incrementAndGet());
    second.closeNoFinalize();
    assertThat(ran).hasValue(1);
  }

  @EngineTest
  void closingABaseWithPendingAndActiveEventsIsSafe(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event pending = base.newEvent(pair[0], Event.READ, (event, what) -> {});
    pending.add(Duration.ofHours(1));
    final Event active = base.newUserEvent((event, what) -> {});
    active.activate(Event.READ);
    base.close();
    base.close();
    assertThat(pending.isPending()).isFalse();
    assertThat(active.isPending()).isFalse();
    assertThatThrownBy(pending::add).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(base::dispatch).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> base.execute(() -> {})).isInstanceOf(IllegalStateException.class);
    pending.delete();
    pending.close();
    active.close();
  }

  @EngineTest
  void aClosedEventIsRefusedEverywhereButInDeleteAndClose(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    event.close();
    event.close();
    event.delete();
    assertThat(event.isPending()).isFalse();
    assertThatThrownBy(event::add)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> event.activate(Event.READ)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> event.priority(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(event::removeTimer).isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void wrongArgumentsAreRefused(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    assertThatThrownBy(() -> event.add(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> event.addNanos(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> event.priority(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> event.priority(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> base.priorities(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> base.priorities(256)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> base.loop(8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> base.newTimer(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> base.newSignal(0, (self, what) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    event.activate(Event.READ);
    assertThatThrownBy(() -> event.priority(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> base.priorities(2)).isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void anExceptionGoesToTheHandlerAndTheLoopLivesOn(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    base.newUserEvent(
            (event, what) -> {
              throw new IllegalStateException("on purpose");
            })
        .activate(Event.READ);
    base.newUserEvent((event, what) -> ran.incrementAndGet()).activate(Event.READ);
    base.execute(
        () -> {
          throw new IllegalArgumentException("also on purpose");
        });
    base.dispatch();
    assertThat(ran).hasValue(1);
    assertThat(bases.exceptions)
        .extracting(Throwable::getMessage)
        .containsExactly("on purpose", "also on purpose");
  }

  @EngineTest
  void withoutAHandlerAnExceptionIsLogged(final Bases bases) {
    final List<String> messages = new ArrayList<>();
    final EventBase base =
        bases.base(
            new org.jevent.EventConfig()
                .method(bases.method())
                .log((severity, message, cause) -> messages.add(severity + " " + cause)));
    base.newUserEvent(
            (event, what) -> {
              throw new IllegalStateException("on purpose");
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(messages)
        .containsExactly(
            LogCallback.Severity.ERROR + " java.lang.IllegalStateException: on purpose");
  }

  @EngineTest
  void aHandlerThatThrowsIsLoggedAndTheLoopLivesOn(final Bases bases) {
    final List<Throwable> logged = new ArrayList<>();
    final EventBase base =
        bases.base(
            bases
                .config()
                .log((severity, message, cause) -> logged.add(cause))
                .exceptionHandler(
                    (source, exception) -> {
                      throw new IllegalStateException("the handler");
                    }));
    base.newUserEvent(
            (event, what) -> {
              throw new IllegalArgumentException("the callback");
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(logged).singleElement().satisfies(e -> assertThat(e).hasMessage("the handler"));
    assertThat(logged.get(0).getSuppressed()).hasSize(1);
  }

  @EngineTest
  void anErrorStopsTheLoopAndSurfacesAndTheBaseStaysUsable(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    base.newUserEvent(
            (event, what) -> {
              throw new AssertionError("on purpose");
            })
        .activate(Event.READ);
    base.newUserEvent((event, what) -> ran.incrementAndGet()).activate(Event.READ);
    assertThatThrownBy(base::dispatch).isInstanceOf(AssertionError.class).hasMessage("on purpose");
    assertThat(ran).hasValue(0);
    base.dispatch();
    assertThat(ran).hasValue(1);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void watchersRunAroundTheWaitInTheOrderOfTheirMaking(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.watchPrepare((watcher, timeout) -> ran.add("prepare 1 " + seconds(timeout)));
    final Watcher second = base.watchPrepare((watcher, timeout) -> ran.add("prepare 2"));
    base.watchCheck(
        watcher -> {
          ran.add("check 1");
          watcher.close();
          second.close();
        });
    base.watchCheck(watcher -> ran.add("check 2"));
    final Event timer = base.newTimer((event, what) -> ran.add("timer"));
    timer.add(Duration.ofMillis(900));
    base.dispatch();
    assertThat(ran).containsExactly("prepare 1 1", "prepare 2", "check 1", "check 2", "timer");
    ran.clear();
    timer.add(Duration.ZERO);
    base.dispatch();
    assertThat(ran).containsExactly("prepare 1 0", "check 2", "timer");
  }

  private static String seconds(final long nanos) {
    return nanos < 0 ? "never" : String.valueOf(Math.round(nanos / 1e9));
  }

  @EngineTest
  void withoutATimerAPrepareWatcherHearsThatThereIsNoLimit(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> timeouts = new ArrayList<>();
    base.watchPrepare((watcher, timeout) -> timeouts.add(seconds(timeout)));
    base.newEvent(pair[0], Event.WRITE, (event, what) -> {}).add();
    base.dispatch();
    assertThat(timeouts).containsExactly("never");
  }

  @EngineTest
  void theRunningEventIsKnownInsideItsCallback(final Bases bases) {
    final EventBase base = bases.base();
    final List<Object> seen = new ArrayList<>();
    final Event event = base.newUserEvent((self, what) -> seen.add(base.runningEvent()));
    event.activate(Event.READ);
    assertThat(base.runningEvent()).isNull();
    base.dispatch();
    assertThat(seen).containsExactly(event);
  }

  @EngineTest
  void foreachShowsEachEventOnceUntilStopped(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event io = base.newEvent(pair[0], Event.READ, (event, what) -> {});
    io.add(Duration.ofHours(1));
    final Event timer = base.newTimer((event, what) -> {});
    timer.add(Duration.ofHours(2));
    final Event common = base.newTimer((event, what) -> {});
    common.add(base.initCommonTimeout(Duration.ofHours(3)));
    final Event active = base.newUserEvent((event, what) -> {});
    active.activate(Event.READ);
    final List<Event> seen = new ArrayList<>();
    assertThat(base.foreachEvent(seen::add)).isTrue();
    assertThat(seen).containsExactlyInAnyOrder(io, timer, common, active);
    seen.clear();
    assertThat(base.foreachEvent(event -> !seen.add(event))).isFalse();
    assertThat(seen).hasSize(1);
    final StringBuilder dump = new StringBuilder();
    base.dumpEvents(dump);
    assertThat(dump.toString()).contains("READ").contains("due in").contains("active with READ");
  }

  @EngineTest
  void theCachedTimeStandsStillInsideCallbacks(final Bases bases) {
    final EventBase base = bases.base();
    final List<Long> times = new ArrayList<>();
    base.newUserEvent(
            (event, what) -> {
              times.add(base.cachedNanos());
              bases.spend(20);
              times.add(base.cachedNanos());
              base.updateCachedTime();
              times.add(base.cachedNanos());
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(times.get(1)).isEqualTo(times.get(0));
    assertThat(times.get(2) - times.get(1)).isGreaterThan(19_000_000L);
    bases.spend(1);
    assertThat(base.cachedNanos()).isGreaterThan(times.get(2));
  }

  @EngineTest
  void withoutACacheTheTimeGoesOn(final Bases bases) {
    final EventBase base = bases.base(bases.config().noCacheTime());
    final List<Long> times = new ArrayList<>();
    base.newUserEvent(
            (event, what) -> {
              times.add(base.cachedNanos());
              bases.spend(5);
              times.add(base.cachedNanos());
            })
        .activate(Event.READ);
    base.dispatch();
    assertThat(times.get(1) - times.get(0)).isGreaterThan(4_000_000L);
  }

  @EngineTest
  void avoidingOrRequiringTooMuchMakesNoBase(final Bases bases) {
    assertThatThrownBy(() -> new EventBase(bases.config().avoidMethod(bases.method())))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("avoided");
    assertThatThrownBy(() -> new EventBase(bases.config().requireFeatures(0x100)))
        .isInstanceOf(EngineUnavailableException.class);
    assertThatThrownBy(() -> new EventBase(bases.config().method("bogus")))
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("bogus");
    final EventBase base = bases.base();
    assertThat(base.method()).isEqualTo(bases.method());
    assertThat(bases.has(base.features())).isTrue();
  }
}
