package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How engines are woken by many and how they end. */
@Timeout(60)
class EngineLifeTest {
  private static final int THREADS = 8;

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void manyThreadsMayWakeTheLoopAtOnceAndNoneIsMissed(final String name) throws Exception {
    try (Rig rig = new Rig(name)) {
      final int rounds = 500;
      final CountDownLatch done = new CountDownLatch(THREADS);
      final AtomicBoolean stop = new AtomicBoolean();
      final List<Thread> wakers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        wakers.add(
            new Thread(
                () -> {
                  for (int round = 0; round < rounds; round++) {
                    rig.engine.wakeup();
                  }
                  done.countDown();
                  if (done.getCount() == 0) {
                    stop.set(true);
                    rig.engine.wakeup();
                  }
                }));
      }
      wakers.forEach(Thread::start);
      while (!stop.get()) {
        assertThat(rig.engine.enter(-1)).isZero();
      }
      for (final Thread waker : wakers) {
        waker.join();
      }
      rig.engine.enter(0);
      final long start = System.nanoTime();
      rig.engine.enter(10_000_000);
      assertThat(System.nanoTime() - start)
          .as("no wake-up is left over")
          .isGreaterThanOrEqualTo(10_000_000);
    }
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void wakingIsHarmlessDuringAndAfterTheClose(final String name) throws Exception {
    final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    final CountDownLatch started = new CountDownLatch(THREADS);
    final AtomicBoolean stop = new AtomicBoolean();
    final List<Thread> wakers = new ArrayList<>();
    try (Rig rig = new Rig(name)) {
      for (int i = 0; i < THREADS; i++) {
        final Thread waker =
            new Thread(
                () -> {
                  started.countDown();
                  while (!stop.get()) {
                    rig.engine.wakeup();
                  }
                });
        waker.setUncaughtExceptionHandler((thread, problem) -> thrown.add(problem));
        wakers.add(waker);
        waker.start();
      }
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      rig.engine.enter(0);
      rig.engine.close();
      rig.engine.wakeup();
    }
    stop.set(true);
    for (final Thread waker : wakers) {
      waker.join();
    }
    assertThat(thrown).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void closingAgainDoesNothing(final String name) {
    try (Rig rig = new Rig(name);
        Rig other = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      rig.engine.poll(rig.attach(new Recorder(), pair[0]), Engine.WRITE, false);
      rig.engine.enter(0);
      rig.engine.close();
      // What is opened now may get the numbers of what has just been closed.
      try (Rig successor = new Rig(name)) {
        rig.engine.close();
        rig.engine.wakeup();
        final NetSocket[] next = successor.pair();
        final Recorder recorder = new Recorder();
        successor.engine.poll(successor.attach(recorder, next[0]), Engine.WRITE, false);
        successor.until(() -> !recorder.log.isEmpty());
        successor.engine.wakeup();
        successor.engine.enter(-1);
      }
      other.engine.wakeup();
      assertThat(other.engine.enter(-1)).isZero();
    }
  }

  /** A completion while operations are taken ends the wait: otherwise it would stay unreported. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void whatCompletesAtOnceEndsTheWait(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final Recorder recorder = new Recorder();
      final int slot = rig.attach(recorder, pair[0]);
      rig.engine.send(slot, rig.vector("abc"), false);
      assertThat(rig.engine.enter(-1)).isPositive();
      rig.engine.detach(slot, false);
      assertThat(rig.engine.enter(-1)).isPositive();
    }
  }

  /** A limit that is changed between two calls holds for the next bytes. */
  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.Rig#engines")
  void oneCallReceivesOnceForEachSlot(final String name) {
    try (Rig rig = new Rig(name)) {
      final NetSocket[] pair = rig.pair();
      final long[] bytes = {0};
      final int slot =
          rig.attach(
              new Attachment() {
                @Override
                public void received(
                    final Memory memory, final int buffer, final int offset, final int length) {
                  bytes[0] += length;
                }
              },
              pair[0]);
      pair[1].write(ByteBuffer.allocate(100));
      for (int i = 1; i <= 10; i++) {
        rig.engine.receive(slot, 0);
        rig.engine.enter(0);
        rig.engine.receive(slot, 5);
        rig.engine.enter(0);
        assertThat(bytes[0]).isLessThanOrEqualTo(5L * i);
      }
    }
  }
}
