package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;

/** Buffer events and threads. */
class StreamThreadTest {
  private static final int SAFE = BufferEvent.THREADSAFE | BufferEvent.CLOSE_ON_FREE;

  /** Runs the loop in a separate thread until the body is through. */
  private static void whileLooping(final EventBase base, final ThrowingRunnable body)
      throws Exception {
    final CountDownLatch running = new CountDownLatch(1);
    base.once(null, Event.TIMEOUT, Duration.ZERO, (event, what) -> running.countDown());
    final CompletableFuture<Void> loop =
        CompletableFuture.runAsync(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), Threads.EACH);
    try {
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      body.run();
    } finally {
      base.loopBreak();
      loop.get(10, TimeUnit.SECONDS);
    }
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private static void await(final CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @EngineTest
  void anUnlockedStreamRefusesOtherThreadsWhileTheLoopRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    whileLooping(
        base,
        () -> {
          for (final Runnable use :
              List.<Runnable>of(
                  () -> ends[0].write(new byte[1]),
                  () -> ends[0].enable(Event.READ),
                  () -> ends[0].input().drain(1),
                  () -> ends[0].output().add(new byte[1]),
                  () -> ends[0].setCallbacks(null, null, null),
                  () -> ends[0].close())) {
            assertThatThrownBy(use::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("thread");
          }
        });
    ends[0].write(new byte[1]);
  }

  /** Made in one thread, dispatched in others one after the other, with bytes under way. */
  @EngineTest
  void theLoopMovesFromThreadToThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, SAFE);
    final int rounds = 6;
    final int part = 200_000;
    final long[] echoed = new long[1];
    ends[1].setCallbacks(self -> self.write(self.input()), null, null);
    ends[1].enable(Event.READ);
    ends[0].setCallbacks(
        self -> {
          echoed[0] += self.input().length();
          self.input().drain(self.input().length());
          if (echoed[0] % part == 0) {
            base.loopBreak();
          }
        },
        null,
        null);
    ends[0].enable(Event.READ);
    for (int i = 1; i <= rounds; i++) {
      ends[0].write(new byte[part]);
      final Runnable loop =
          () -> {
            base.loopExit(Duration.ofSeconds(20));
            base.dispatch();
          };
      if (i % 3 == 0) {
        loop.run();
      } else {
        CompletableFuture.runAsync(loop, Threads.EACH).get(30, TimeUnit.SECONDS);
      }
      assertThat(base.gotBreak()).isTrue();
      assertThat(echoed[0]).isEqualTo((long) i * part);
    }
  }

  @EngineTest
  void manyThreadsWriteToOneStreamAndNothingIsLostOrMixed(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, SAFE);
    final int threads = 4;
    final int records = 2000;
    final int[] next = new int[threads];
    final AtomicInteger wrong = new AtomicInteger();
    final CountDownLatch all = new CountDownLatch(threads * records);
    ends[1].setCallbacks(
        s -> {
          final byte[] record = new byte[8];
          while (s.input().length() >= record.length) {
            s.read(record);
            final int thread = record[0];
            final int number = (record[1] & 0xff) << 8 | record[2] & 0xff;
            if (next[thread]++ != number || record[7] != (byte) (thread + number)) {
              wrong.incrementAndGet();
            }
            all.countDown();
          }
        },
        null,
        null);
    ends[1].enable(Event.READ);
    whileLooping(
        base,
        () -> {
          final List<CompletableFuture<Void>> writers = new ArrayList<>();
          for (int t = 0; t < threads; t++) {
            final int thread = t;
            writers.add(
                CompletableFuture.runAsync(
                    () -> {
                      for (int i = 0; i < records; i++) {
                        final byte[] record = new byte[8];
                        record[0] = (byte) thread;
                        record[1] = (byte) (i >> 8);
                        record[2] = (byte) i;
                        record[7] = (byte) (thread + i);
                        ends[0].write(record);
                      }
                    },
                    Threads.EACH));
          }
          for (final CompletableFuture<Void> writer : writers) {
            writer.get(20, TimeUnit.SECONDS);
          }
          await(all);
        });
    assertThat(wrong).hasValue(0);
    assertThat(next).containsOnly(records);
  }

  @EngineTest
  void anotherThreadDrainsWhatTheLoopReads(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, SAFE);
    ends[1].setWatermarks(Event.READ, 0, 10_000);
    ends[1].enable(Event.READ);
    final int total = 2_000_000;
    ends[0].write(new byte[total]);
    whileLooping(
        base,
        () -> {
          final byte[] part = new byte[1000];
          final long end = bases.nanoTime() + TimeUnit.SECONDS.toNanos(20);
          long drained = 0;
          while (drained < total && bases.nanoTime() < end) {
            final int count = ends[1].read(part);
            drained += count;
            if (count == 0) {
              Thread.onSpinWait();
            }
          }
          assertThat(drained).isEqualTo(total);
        });
  }

  @EngineTest
  void closingFromAnotherThreadWaitsForARunningCallback(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends =
        Streams.tcp(bases, base, SAFE | BufferEvent.DEFER_CALLBACKS | BufferEvent.UNLOCK_CALLBACKS);
    final CountDownLatch entered = new CountDownLatch(1);
    final AtomicLong returned = new AtomicLong();
    ends[1].setCallbacks(
        s -> {
          entered.countDown();
          try {
            Thread.sleep(100);
          } catch (final InterruptedException e) {
            throw new AssertionError(e);
          }
          returned.set(bases.nanoTime());
        },
        null,
        null);
    ends[1].enable(Event.READ);
    whileLooping(
        base,
        () -> {
          ends[0].write(new byte[1]);
          await(entered);
          ends[1].close();
          assertThat(returned.get()).isPositive().isLessThanOrEqualTo(bases.nanoTime());
        });
  }

  @EngineTest
  void unlockedCallbacksLetOtherThreadsUseTheStreamMeanwhile(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends =
        Streams.tcp(bases, base, SAFE | BufferEvent.DEFER_CALLBACKS | BufferEvent.UNLOCK_CALLBACKS);
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch used = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);
    ends[1].setCallbacks(
        s -> {
          entered.countDown();
          try {
            if (used.await(10, TimeUnit.SECONDS)) {
              over.countDown();
            }
          } catch (final InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        null,
        null);
    ends[1].enable(Event.READ);
    whileLooping(
        base,
        () -> {
          ends[0].write(new byte[1]);
          await(entered);
          ends[1].write(new byte[5]);
          ends[1].lock();
          ends[1].unlock();
          used.countDown();
          await(over);
        });
  }

  @EngineTest
  void theLockHoldsCallbacksBack(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, SAFE);
    final CountDownLatch called = new CountDownLatch(1);
    ends[1].setCallbacks(s -> called.countDown(), null, null);
    ends[1].enable(Event.READ);
    whileLooping(
        base,
        () -> {
          ends[1].lock();
          try {
            ends[0].write(new byte[1]);
            assertThat(called.await(50, TimeUnit.MILLISECONDS)).isFalse();
          } finally {
            ends[1].unlock();
          }
          await(called);
        });
  }

  @EngineTest
  void pairsAndFiltersWorkAcrossThreads(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.THREADSAFE);
    final BufferEvent near = bases.later(BufferEvent.filter(pair[0], null, null, SAFE));
    final BufferEvent far = bases.later(BufferEvent.filter(pair[1], null, null, SAFE));
    final CountDownLatch arrived = new CountDownLatch(10_000);
    far.setCallbacks(
        s -> {
          final long length = s.input().length();
          s.input().drain(length);
          for (long i = 0; i < length; i++) {
            arrived.countDown();
          }
        },
        null,
        null);
    far.enable(Event.READ);
    whileLooping(
        base,
        () -> {
          for (int i = 0; i < 1000; i++) {
            near.write(new byte[10]);
          }
          await(arrived);
        });
  }

  @EngineTest
  void streamsAreMadeConnectedAndClosedByManyThreads(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    whileLooping(
        base,
        () -> {
          final List<CompletableFuture<Void>> threads = new ArrayList<>();
          for (int t = 0; t < 3; t++) {
            threads.add(
                CompletableFuture.runAsync(
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.THREADSAFE);
                        pair[0].write(new byte[100]);
                        pair[1].enable(Event.READ);
                        pair[i & 1].close();
                        pair[1 - (i & 1)].close();
                        final SocketBufferEvent socket = BufferEvent.socket(base, SAFE);
                        socket.write(new byte[100]);
                        socket.close();
                      }
                    },
                    Threads.EACH));
          }
          for (final CompletableFuture<Void> thread : threads) {
            thread.get(20, TimeUnit.SECONDS);
          }
        });
    assertThat(bases.exceptions).isEmpty();
  }
}
