package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jevent.TestSystem;
import org.jevent.error.Errno;
import org.jevent.internal.engine.Attachment;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.internal.engine.EngineRequest;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.engine.SendVector;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is the ring's own: the queue in front of it, what it counts, its end. */
@Timeout(60)
class RingEngineTest {
  /** A method of other systems. */
  private static final String FOREIGN = TestSystem.WINDOWS ? "epoll" : "iocp";

  private final List<AutoCloseable> toClose = new ArrayList<>();
  private RingEngine engine;

  /** Counts what becomes ready. */
  private static class Counter extends Attachment {
    int ready;
    long sent;
    boolean detached;

    @Override
    public void ready(final int mask, final Errno error) {
      assertThat(error).isEqualTo(Errno.NONE);
      ready++;
    }

    @Override
    public void sent(final long bytes, final Errno error) {
      assertThat(error).isEqualTo(Errno.NONE);
      sent += bytes;
    }

    @Override
    public void detached() {
      detached = true;
    }
  }

  @BeforeEach
  void open() {
    assumeThat(ShimLoader.status().loaded()).as(ShimLoader.status().reason()).isTrue();
    engine = (RingEngine) open(TestSystem.METHOD);
  }

  private static Engine open(final String name) {
    return Engines.open(new EngineRequest(name, Set.of(), 0, true), RingEngines.providers());
  }

  @AfterEach
  void close() throws Exception {
    if (engine != null) {
      engine.close();
    }
    for (final AutoCloseable resource : toClose) {
      resource.close();
    }
  }

  private NetSocket[] pair() {
    final NetSocket[] pair = engine.sockets().pair();
    toClose.add(pair[0]);
    toClose.add(pair[1]);
    return pair;
  }

  @Test
  void moreSubmissionsThanTheRingHoldsAreNeitherLostNorReordered() {
    final NetSocket[] pair = pair();
    final List<Integer> order = new ArrayList<>();
    final int count = 20_000;
    for (int i = 0; i < count; i++) {
      final int number = i;
      final int slot =
          engine.attach(
              new Attachment() {
                @Override
                public void detached() {
                  order.add(number);
                }
              },
              pair[0].descriptor());
      engine.detach(slot, false);
    }
    engine.enter(0);
    assertThat(order).containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
    assertThat(engine.counters().crossings()).isGreaterThan(1);
  }

  @Test
  void whatFindsNoRoomInTheRingDoesNotWaitForTheEndOfAWait() {
    final NetSocket[] pair = pair();
    final Counter idle = new Counter();
    final int unready = engine.attach(idle, pair[1].descriptor());
    final Counter counter = new Counter();
    final int slot = engine.attach(counter, pair[0].descriptor());
    for (int i = 0; i < 10_000; i++) {
      engine.poll(unready, i % 2 == 0 ? Engine.READ : 0, false);
    }
    engine.poll(slot, Engine.WRITE, false);
    assertThat(engine.enter(-1)).isEqualTo(1);
    assertThat(counter.ready).isEqualTo(1);
    assertThat(idle.ready).isZero();
  }

  @Test
  void anOverflowingTurnStillWaitsForItsTimeout() {
    final int slot = engine.attach(new Counter(), pair()[0].descriptor());
    for (int i = 0; i < 10_000; i++) {
      engine.poll(slot, i % 2 == 0 ? Engine.READ : 0, false);
    }
    final long start = System.nanoTime();
    assertThat(engine.enter(20_000_000)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
  }

  @Test
  void vectorsOfAnOverflowingTurnStayWholeUntilTheyAreReclaimed() {
    final int pairs = 64;
    final int parts = 300;
    final Counter counter = new Counter();
    try (Memory memory = engine.allocate(parts)) {
      for (int i = 0; i < parts; i++) {
        memory.buffer().put(i, (byte) i);
      }
      final List<NetSocket> readers = new ArrayList<>();
      final int filler = engine.attach(new Counter(), pair()[0].descriptor());
      for (int i = 0; i < 5_000; i++) {
        engine.poll(filler, i % 2 == 0 ? Engine.READ : 0, false);
      }
      for (int i = 0; i < pairs; i++) {
        final NetSocket[] pair = pair();
        readers.add(pair[1]);
        final SendVector vector = new SendVector();
        for (int part = 0; part < parts; part++) {
          vector.add(memory, part, 1);
        }
        engine.send(engine.attach(counter, pair[0].descriptor()), vector, false);
      }
      engine.enter(0);
      assertThat(counter.sent).isEqualTo((long) pairs * parts);
      for (final NetSocket reader : readers) {
        final ByteBuffer received = ByteBuffer.allocate(parts);
        assertThat(reader.read(received)).isEqualTo(parts);
        for (int i = 0; i < parts; i++) {
          assertThat(received.get(i)).isEqualTo((byte) i);
        }
      }
    }
  }

  @Test
  void enteringCrossesOnceHoweverManyEventsThereAre() {
    final Counter counter = new Counter();
    int handles = 0;
    for (final int added : new int[] {1, 10, 200}) {
      for (int i = 0; i < added; i++) {
        engine.poll(engine.attach(counter, pair()[0].descriptor()), Engine.WRITE, false);
      }
      handles += added;
      // The room for the kernel's answer grows with what it finds: a batch becomes whole in a few
      // turns.
      int delivered = 0;
      for (int turn = 0; turn < 8; turn++) {
        final EngineCounters before = engine.counters();
        counter.ready = 0;
        delivered = engine.enter(-1);
        assertThat(delivered).isPositive().isEqualTo(counter.ready);
        final EngineCounters after = engine.counters();
        assertThat(after.crossings()).isEqualTo(before.crossings() + 1);
        assertThat(after.enters()).isEqualTo(before.enters() + 1);
      }
      assertThat(delivered).isEqualTo(handles);
    }
  }

  @Test
  void countersMayBeReadByAnyThreadDuringAndAfterTheClose() throws Exception {
    final CountDownLatch started = new CountDownLatch(4);
    final AtomicBoolean stop = new AtomicBoolean();
    final List<Throwable> thrown = new ArrayList<>();
    final List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      final Thread reader =
          new Thread(
              () -> {
                started.countDown();
                while (!stop.get()) {
                  engine.counters();
                }
              });
      reader.setUncaughtExceptionHandler(
          (thread, problem) -> {
            synchronized (thrown) {
              thrown.add(problem);
            }
          });
      readers.add(reader);
      reader.start();
    }
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    engine.close();
    stop.set(true);
    for (final Thread reader : readers) {
      reader.join();
    }
    assertThat(thrown).isEmpty();
  }

  @Test
  void closingTwiceIsClosingOnceAndTheCountersStay() {
    engine.enter(0);
    engine.enter(0);
    engine.close();
    engine.close();
    assertThat(engine.counters().crossings()).isEqualTo(2);
    assertThat(engine.counters().enters()).isEqualTo(2);
  }

  @Test
  void anEngineThatIsClosedRefusesToBeEnteredAndTouchesNoMemory() {
    final NetSocket[] pair = pair();
    final int slot = engine.attach(new Counter(), pair[0].descriptor());
    engine.close();
    engine.poll(slot, Engine.READ, false);
    engine.detach(slot, false);
    assertThatThrownBy(() -> engine.enter(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(TestSystem.METHOD)
        .hasMessageContaining("closed");
  }

  @Test
  void aDescriptorThatTheEngineClosesIsNotClosedOnceMoreByItsSocket() {
    final NetSocket[] pair = pair();
    final int descriptor = pair[0].descriptor();
    final Counter counter = new Counter();
    final int slot = engine.attach(counter, descriptor);
    EngineSocket.of(pair[0]).detachDescriptor();
    EngineSocket.of(pair[0]).detachDescriptor();
    assertThat(pair[0].isOpen()).isFalse();
    engine.detach(slot, true);
    engine.enter(0);
    assertThat(counter.detached).isTrue();
    NetSocket[] next = pair();
    for (int tries = 0; next[0].descriptor() != descriptor && tries < 20; tries++) {
      next = pair();
    }
    assumeThat(next[0].descriptor()).as("the number is in use again").isEqualTo(descriptor);
    pair[0].close();
    EngineSocket.of(pair[0]).detachDescriptor();
    assertThat(next[1].write(ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
    assertThat(next[0].read(ByteBuffer.allocate(4))).isEqualTo(1);
  }

  @Test
  void arbitraryAndUnknownMethodsAreRefusedByName() {
    assertThatThrownBy(() -> open("carrier-pigeon")).hasMessageContaining("carrier-pigeon");
    assertThatThrownBy(() -> open(FOREIGN)).hasMessageContaining(FOREIGN);
  }
}
