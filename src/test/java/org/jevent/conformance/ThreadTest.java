package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.net.NetSocket;

/** Other threads. */
class ThreadTest {
  private static Thread start(final Runnable body) {
    final Thread thread = new Thread(body, "test");
    thread.start();
    return thread;
  }

  private static Thread loop(final EventBase base) {
    return start(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY));
  }

  @EngineTest
  void deleteFromAnotherThreadWaitsForTheRunningCallback(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CountDownLatch running = new CountDownLatch(1);
    final AtomicBoolean returned = new AtomicBoolean();
    final Event event =
        base.newUserEvent(
            (self, what) -> {
              running.countDown();
              pause(200);
              returned.set(true);
            });
    event.activate(Event.READ);
    final Thread thread = start(base::dispatch);
    running.await();
    event.delete();
    assertThat(returned).isTrue();
    thread.join();
  }

  @EngineTest
  void deleteOfAFinalizeEventDoesNotWait(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final CountDownLatch running = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final Event event =
        base.newEvent(
            pair[0],
            Event.WRITE | Event.FINALIZE,
            (self, what) -> {
              running.countDown();
              await(release);
            });
    event.add();
    final Thread thread = start(base::dispatch);
    running.await();
    event.delete();
    release.countDown();
    thread.join();
  }

  @EngineTest
  void deletingTheOnlyEventFromAnotherThreadEndsTheLoop(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event event = base.newEvent(pair[0], Event.READ, (self, what) -> {});
    event.add();
    final AtomicReference<LoopResult> result = new AtomicReference<>();
    final Thread thread = start(() -> result.set(base.dispatch()));
    pause(30);
    event.delete();
    thread.join();
    assertThat(result).hasValue(LoopResult.EMPTY);
  }

  @EngineTest
  void deletingTheEarliestTimerFromAnotherThreadEndsTheLoop(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Event event = base.newTimer((self, what) -> {});
    event.add(Duration.ofHours(1));
    final Thread thread = start(base::dispatch);
    pause(30);
    event.delete();
    thread.join();
  }

  @EngineTest
  void anEmptyLoopIsWokenByActivationsAndBreak(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    final Event event = base.newUserEvent((self, what) -> ran.incrementAndGet());
    final Thread thread = loop(base);
    for (int i = 1; i <= 5; i++) {
      pause(10);
      event.activate(Event.READ);
      while (ran.get() < i) {
        Thread.onSpinWait();
      }
    }
    base.loopBreak();
    thread.join();
    assertThat(ran).hasValue(5);
    assertThat(base.gotBreak()).isTrue();
  }

  @EngineTest
  void eventsAddedByAnotherThreadAreNoticedAtOnce(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final CountDownLatch fired = new CountDownLatch(2);
    final Thread thread = loop(base);
    pause(20);
    base.newEvent(pair[0], Event.WRITE, (self, what) -> fired.countDown()).add();
    base.newTimer((self, what) -> fired.countDown()).add(Duration.ofMillis(1));
    fired.await();
    base.loopExit();
    thread.join();
    assertThat(base.gotExit()).isTrue();
  }

  @EngineTest
  void tasksRunInTheOrderOfTheirThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final int each = 5000;
    final List<List<Integer>> seen = new ArrayList<>();
    final List<Thread> threads = new ArrayList<>();
    final Thread thread = loop(base);
    for (int t = 0; t < 8; t++) {
      final List<Integer> mine = new ArrayList<>();
      seen.add(mine);
      threads.add(
          start(
              () -> {
                for (int i = 0; i < each; i++) {
                  final int index = i;
                  base.execute(() -> mine.add(index));
                }
              }));
    }
    for (final Thread other : threads) {
      other.join();
    }
    base.execute(base::loopBreak);
    thread.join();
    for (final List<Integer> mine : seen) {
      assertThat(mine).hasSize(each).isSorted();
    }
  }

  @EngineTest
  void aSecondThreadMayNotRunTheLoop(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Thread thread = loop(base);
    while (!running(base)) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(base::dispatch)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("running already");
    base.loopBreak();
    thread.join();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  private static boolean running(final EventBase base) {
    final AtomicBoolean ran = new AtomicBoolean();
    base.execute(() -> ran.set(true));
    pause(5);
    return ran.get();
  }

  @EngineTest
  void closingFromAnotherThreadEndsTheLoopFirst(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Thread thread = loop(base);
    while (!running(base)) {
      Thread.onSpinWait();
    }
    base.close();
    thread.join();
    assertThat(base.isClosed()).isTrue();
  }

  @EngineTest
  void eightThreadsAddingDeletingAndActivatingHarmNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Thread thread = loop(base);
    final AtomicInteger tasks = new AtomicInteger();
    final AtomicInteger afterDelete = new AtomicInteger();
    final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    final int rounds = 1500;
    final List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      final int seed = t;
      final Thread other = new Thread(() -> churn(base, seed, rounds, tasks, afterDelete), "churn");
      other.setUncaughtExceptionHandler((where, what) -> thrown.add(what));
      other.start();
      threads.add(other);
    }
    for (final Thread other : threads) {
      other.join();
    }
    base.execute(base::loopBreak);
    thread.join();
    assertThat(thrown).isEmpty();
    assertThat(tasks).hasValue(8 * rounds);
    assertThat(afterDelete).hasValue(0);
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  private static void churn(
      final EventBase base,
      final int seed,
      final int rounds,
      final AtomicInteger tasks,
      final AtomicInteger afterDelete) {
    final Random random = new Random(seed);
    final NetSocket[] pair = base.sockets().pair();
    try {
      for (int i = 0; i < rounds; i++) {
        base.execute(tasks::incrementAndGet);
        final AtomicBoolean deleted = new AtomicBoolean();
        final Event event =
            switch (random.nextInt(3)) {
              case 0 -> base.newTimer((self, what) -> count(deleted, afterDelete));
              case 1 ->
                  base.newEvent(
                      pair[0],
                      Event.WRITE | Event.PERSIST,
                      (self, what) -> count(deleted, afterDelete));
              default -> base.newUserEvent((self, what) -> count(deleted, afterDelete));
            };
        event.add(Duration.ofNanos(random.nextInt(200_000)));
        if (random.nextBoolean()) {
          event.activate(Event.READ);
        }
        event.delete();
        deleted.set(true);
        event.close();
      }
    } finally {
      pair[0].close();
      pair[1].close();
    }
  }

  private static void count(final AtomicBoolean deleted, final AtomicInteger afterDelete) {
    if (deleted.get()) {
      afterDelete.incrementAndGet();
    }
  }

  private static void await(final CountDownLatch latch) {
    try {
      latch.await();
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pause(final long millis) {
    try {
      Thread.sleep(millis);
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
