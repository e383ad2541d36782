package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.Watcher;

/** Prepare and check watchers, beyond their order. */
class WatcherTest {
  private static Event soon(final EventBase base) {
    final Event timer = base.newTimer((event, what) -> {});
    timer.add(Duration.ZERO);
    return timer;
  }

  @EngineTest
  void aWatcherMayCloseItselfAndEarlierAndLaterOnes(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Watcher[] watchers = new Watcher[4];
    for (int i = 0; i < 4; i++) {
      final int index = i;
      watchers[i] =
          base.watchPrepare(
              (watcher, timeout) -> {
                ran.add("watcher " + index);
                if (index == 1) {
                  watchers[0].close();
                  watcher.close();
                  watchers[2].close();
                }
              });
    }
    soon(base);
    base.dispatch();
    assertThat(ran).containsExactly("watcher 0", "watcher 1", "watcher 3");
    ran.clear();
    soon(base);
    base.dispatch();
    assertThat(ran).containsExactly("watcher 3");
    watchers[3].close();
    watchers[3].close();
  }

  @EngineTest
  void aWatcherMadeInsideAWatcherRunsFromTheNextIterationOn(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.watchCheck(
        first -> {
          ran.add("first");
          first.close();
          base.watchCheck(second -> ran.add("second"));
        });
    soon(base);
    base.dispatch();
    assertThat(ran).containsExactly("first");
    soon(base);
    base.dispatch();
    assertThat(ran).containsExactly("first", "second");
  }

  @EngineTest
  void whatAPrepareWatcherAddsShortensTheWait(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event late = base.newTimer((event, what) -> ran.add("late"));
    late.add(Duration.ofHours(1));
    base.watchPrepare(
        (watcher, timeout) -> {
          watcher.close();
          final Event early = base.newTimer((event, what) -> ran.add("early"));
          early.add(Duration.ofMillis(1));
        });
    base.loop(EventBase.LOOP_ONCE);
    assertThat(ran).containsExactly("early");
  }

  @EngineTest
  void aLoopThatNeverWaitsGivesAPrepareWatcherZero(final Bases bases) {
    final EventBase base = bases.base();
    final List<Long> timeouts = new ArrayList<>();
    base.watchPrepare((watcher, timeout) -> timeouts.add(timeout));
    base.newTimer((event, what) -> {}).add(Duration.ofHours(1));
    base.loop(EventBase.LOOP_NONBLOCK);
    final Event user = base.newUserEvent((event, what) -> {});
    user.activate(Event.READ);
    base.loop(EventBase.LOOP_ONCE);
    assertThat(timeouts).containsExactly(0L, 0L);
  }

  @EngineTest
  void aWatcherKeepsNoLoopAlive(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.watchPrepare((watcher, timeout) -> ran.add("prepare"));
    base.watchCheck(watcher -> ran.add("check"));
    base.dispatch();
    assertThat(ran).isEmpty();
    assertThat(base.eventCount(EventBase.COUNT_ADDED | EventBase.COUNT_VIRTUAL)).isZero();
  }

  @EngineTest
  void aWatcherThatThrowsIsReportedAndTheOthersRun(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.watchPrepare(
        (watcher, timeout) -> {
          throw new IllegalStateException("prepare");
        });
    base.watchPrepare((watcher, timeout) -> ran.add("second"));
    soon(base);
    base.dispatch();
    assertThat(ran).containsExactly("second");
    assertThat(bases.exceptions)
        .singleElement()
        .satisfies(e -> assertThat(e).hasMessage("prepare"));
  }

  @EngineTest
  void anErrorInAWatcherEndsTheLoopWithoutCallbacks(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    final Event event = base.newUserEvent((self, what) -> ran.add("callback"));
    event.activate(Event.READ);
    base.watchPrepare(
        (watcher, timeout) -> {
          watcher.close();
          throw new AssertionError("on purpose");
        });
    assertThatThrownBy(base::dispatch).isInstanceOf(AssertionError.class).hasMessage("on purpose");
    assertThat(ran).isEmpty();
    base.dispatch();
    assertThat(ran).containsExactly("callback");
  }

  @EngineTest
  void loopBreakInAWatcherEndsTheLoopBeforeItWaits(final Bases bases) {
    final EventBase base = bases.base();
    base.newTimer((event, what) -> {}).add(Duration.ofHours(1));
    base.watchPrepare((watcher, timeout) -> base.loopBreak());
    base.dispatch();
    assertThat(base.gotBreak()).isTrue();
  }

  @EngineTest
  void anotherThreadMayMakeAndCloseWatchersWhileTheLoopRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Thread loop = new Thread(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), "test");
    loop.start();
    try {
      for (int i = 0; i < 50; i++) {
        final CountDownLatch ran = new CountDownLatch(2);
        final Watcher prepare = base.watchPrepare((watcher, timeout) -> ran.countDown());
        final Watcher check =
            base.watchCheck(
                watcher -> {
                  watcher.close();
                  ran.countDown();
                });
        while (ran.getCount() > 0) {
          base.execute(() -> {});
          Thread.onSpinWait();
        }
        prepare.close();
        check.close();
      }
    } finally {
      base.loopBreak();
      loop.join();
    }
  }

  @EngineTest
  void aClosedBaseTakesNoWatchers(final Bases bases) {
    final EventBase base = bases.base();
    final Watcher watcher = base.watchCheck(self -> {});
    base.close();
    watcher.close();
    assertThatThrownBy(() -> base.watchCheck(self -> {})).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> base.watchPrepare((self, timeout) -> {}))
        .isInstanceOf(IllegalStateException.class);
  }
}
