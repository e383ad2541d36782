package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.io.TempDir;

/** Interrupts are the program's: the library neither heeds nor forgets them. */
class InterruptTest {
  /** Runs a body in a thread that is interrupted, and which must be so at the end. */
  private static void interrupted(final Runnable body) throws Exception {
    CompletableFuture.runAsync(
            () -> {
              Thread.currentThread().interrupt();
              body.run();
              assertThat(Thread.interrupted()).as("still interrupted").isTrue();
            },
            Threads.EACH)
        .get(40, TimeUnit.SECONDS);
  }

  @EngineTest
  void anInterruptBeforeTheWaitNeitherEndsItNorIsLost(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final AtomicBoolean seen = new AtomicBoolean();
    final AtomicInteger waits = new AtomicInteger();
    interrupted(
        () -> {
          final long start = bases.nanoTime();
          base.newTimer((self, what) -> seen.set(Thread.currentThread().isInterrupted()))
              .add(Duration.ofMillis(60));
          try (var watcher = base.watchPrepare((self, timeout) -> waits.incrementAndGet())) {
            assertThat(watcher).isNotNull();
            assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
          }
          assertThat(bases.nanoTime() - start).isGreaterThanOrEqualTo(60_000_000);
        });
    assertThat(seen).isTrue();
    assertThat(waits.get()).as("waits, not turns").isLessThan(20);
  }

  @EngineTest
  void interruptsDuringTheWaitEndNothing(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final AtomicReference<Thread> thread = new AtomicReference<>();
    final CountDownLatch running = new CountDownLatch(1);
    final AtomicInteger ran = new AtomicInteger();
    final Event event = base.newUserEvent((self, what) -> ran.incrementAndGet());
    base.execute(
        () -> {
          thread.set(Thread.currentThread());
          running.countDown();
        });
    final CompletableFuture<Boolean> loop =
        CompletableFuture.supplyAsync(
            () -> {
              base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY);
              return Thread.currentThread().isInterrupted();
            },
            Threads.EACH);
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    for (int i = 1; i <= 5; i++) {
      Thread.sleep(5);
      thread.get().interrupt();
      Thread.sleep(5);
      event.activate(Event.READ);
      while (ran.get() < i) {
        assertThat(loop).isNotDone();
        Thread.onSpinWait();
      }
    }
    base.loopBreak();
    assertThat(loop.get(30, TimeUnit.SECONDS)).as("still interrupted").isTrue();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aCallbackMayInterruptItsThreadAndTheNextOneSeesIt(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Boolean> seen = new ArrayList<>();
    base.execute(() -> Thread.currentThread().interrupt());
    base.newEvent(
            pair[0],
            Event.WRITE | Event.PERSIST,
            (self, what) -> {
              seen.add(Thread.currentThread().isInterrupted());
              if (seen.size() == 3) {
                self.close();
              }
            })
        .add();
    CompletableFuture.runAsync(base::dispatch, Threads.EACH).get(30, TimeUnit.SECONDS);
    assertThat(seen.subList(1, 3)).containsExactly(true, true);
  }

  @EngineTest
  void aCallbackThatClearsItHasClearedIt(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final List<Boolean> seen = new ArrayList<>();
    base.newTimer((self, what) -> seen.add(Thread.interrupted())).add(Duration.ofMillis(1));
    base.newTimer((self, what) -> seen.add(Thread.currentThread().isInterrupted()))
        .add(Duration.ofMillis(20));
    CompletableFuture.runAsync(
            () -> {
              Thread.currentThread().interrupt();
              base.dispatch();
              seen.add(Thread.currentThread().isInterrupted());
            },
            Threads.EACH)
        .get(30, TimeUnit.SECONDS);
    assertThat(seen).containsExactly(true, false, false);
  }

  /** Accepting, connecting, sending and receiving, all in a thread that is interrupted. */
  @EngineTest
  void streamsWorkInAnInterruptedThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final StringBuilder arrived = new StringBuilder();
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            server -> {
              server.setCallbacks(stream -> stream.write(stream.input()), null, null);
              server.enable(Event.READ);
            });
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(
        stream -> {
          arrived.append(Buffers.text(stream.input()));
          if (arrived.length() == 5) {
            base.loopBreak();
          }
        },
        null,
        null);
    client.enable(Event.READ);
    base.loopExit(Duration.ofSeconds(30));
    interrupted(
        () -> {
          client.connect(listener.address());
          client.write("hello".getBytes(StandardCharsets.UTF_8));
          base.dispatch();
        });
    assertThat(arrived).hasToString("hello");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void filesAreSentAndReadInAnInterruptedThread(final Bases bases, @TempDir final Path directory)
      throws Exception {
    final byte[] content = new byte[600_000];
    new java.util.Random(1).nextBytes(content);
    final Path file = Files.write(directory.resolve("file"), content);
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent sender = bases.later(BufferEvent.socket(base, pair[0], 0));
    final SocketBufferEvent receiver = bases.later(BufferEvent.socket(base, pair[1], 0));
    final java.io.ByteArrayOutputStream arrived = new java.io.ByteArrayOutputStream();
    receiver.setCallbacks(
        stream -> {
          arrived.writeBytes(stream.input().toByteArray());
          stream.input().drain(stream.input().length());
          if (arrived.size() >= content.length) {
            base.loopBreak();
          }
        },
        null,
        null);
    receiver.enable(Event.READ);
    base.loopExit(Duration.ofSeconds(30));
    interrupted(
        () -> {
          sender.output().addFile(file, 0, -1);
          base.dispatch();
        });
    assertThat(arrived.toByteArray()).isEqualTo(content);
    try (var read = new org.jevent.buffer.EventBuffer()) {
      interrupted(
          () -> {
            read.addFile(file, 0, -1);
            assertThat(read.toByteArray()).isEqualTo(content);
          });
    }
  }

  @EngineTest
  void pairsAndPipesAreMadeInAnInterruptedThread(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    interrupted(
        () -> {
          assertThat(bases.pair(base)).hasSize(2);
          assertThat(bases.pipe(base)).hasSize(2);
        });
  }

  @EngineTest
  void deletingAndClosingWaitInAnInterruptedThreadAsInAnyOther(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CountDownLatch entered = new CountDownLatch(1);
    final AtomicBoolean returned = new AtomicBoolean();
    final Event event =
        base.newUserEvent(
            (self, what) -> {
              entered.countDown();
              Sleep.millis(50);
              returned.set(true);
            });
    event.activate(Event.READ);
    final CompletableFuture<Void> loop =
        CompletableFuture.runAsync(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY), Threads.EACH);
    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    interrupted(
        () -> {
          event.delete();
          assertThat(returned).isTrue();
          base.close();
        });
    loop.get(30, TimeUnit.SECONDS);
  }
}
