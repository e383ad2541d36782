package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetSocket;

/** The end of a base, whatever it is doing. */
class CloseTest {
  private static CompletableFuture<Void> start(final Runnable body) {
    return CompletableFuture.runAsync(body, Threads.EACH);
  }

  private static void finish(final CompletableFuture<Void> started) throws Exception {
    started.get(30, TimeUnit.SECONDS);
  }

  /** Runs the loop in another thread; returns when it runs. */
  private static CompletableFuture<Void> loop(final EventBase base) throws InterruptedException {
    final CountDownLatch running = new CountDownLatch(1);
    base.execute(running::countDown);
    final CompletableFuture<Void> loop = start(() -> base.loop(EventBase.LOOP_NO_EXIT_ON_EMPTY));
    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
    return loop;
  }

  @EngineTest
  void aBaseThatNeverRanIsClosedAndRefusesEverything(final Bases bases) {
    final EventBase base = bases.base();
    final Event event = base.newUserEvent((self, what) -> {});
    base.close();
    assertThat(base.isClosed()).isTrue();
    for (final Runnable use :
        List.<Runnable>of(
            base::dispatch,
            base::loopBreak,
            base::loopExit,
            base::addVirtual,
            event::add,
            () -> event.activate(Event.READ),
            () -> base.execute(() -> {}),
            () -> base.newDeferred(() -> {}).schedule())) {
      assertThatThrownBy(use::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
    event.delete();
    event.close();
  }

  @EngineTest
  void whatIsPendingActiveOrDueDoesNotRunAndHandlesStayOpen(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger ran = new AtomicInteger();
    final List<Event> events = new ArrayList<>();
    events.add(
        base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (self, what) -> ran.incrementAndGet()));
    events.add(base.newTimer((self, what) -> ran.incrementAndGet()));
    events.add(
        base.newSignal(
            TestSystem.SIGNALS.get(0).number(base), (self, what) -> ran.incrementAndGet()));
    for (final Event event : events) {
      event.add(Duration.ofMillis(1));
    }
    final Event active = base.newUserEvent((self, what) -> ran.incrementAndGet());
    active.activate(Event.READ);
    base.newDeferred(ran::incrementAndGet).schedule();
    Thread.sleep(5);
    base.close();
    assertThat(ran).hasValue(0);
    assertThat(events).noneMatch(Event::isPending);
    assertThat(active.isPending()).isFalse();
    assertThat(pair[0].isOpen()).isTrue();
  }

  @EngineTest
  void aSecondCloseDoesNothingAlsoFromOtherThreads(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CompletableFuture<Void> loop = loop(base);
    final List<CompletableFuture<Void>> closers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      closers.add(start(base::close));
    }
    for (final CompletableFuture<Void> closer : closers) {
      finish(closer);
    }
    finish(loop);
    base.close();
    base.closeNoFinalize();
    assertThat(base.isClosed()).isTrue();
  }

  @EngineTest
  void closingWaitsForTheCallbackThatRuns(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final CompletableFuture<Void> loop = loop(base);
    final CountDownLatch entered = new CountDownLatch(1);
    final AtomicBoolean returned = new AtomicBoolean();
    base.newTimer(
            (self, what) -> {
              entered.countDown();
              Sleep.millis(50);
              returned.set(true);
            })
        .add(Duration.ZERO);
    assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
    base.close();
    assertThat(returned).isTrue();
    finish(loop);
  }

  @EngineTest
  void closingIsRefusedWhateverTheLoopIsRunning(final Bases bases) {
    final EventBase base = bases.base();
    final List<Exception> refused = new ArrayList<>();
    final Runnable close =
        () -> {
          try {
            base.close();
          } catch (final IllegalStateException e) {
            refused.add(e);
          }
        };
    base.newTimer((self, what) -> close.run()).add(Duration.ZERO);
    base.execute(close);
    base.newDeferred(close).schedule();
    try (var before = base.watchPrepare((self, timeout) -> close.run());
        var after = base.watchCheck(self -> close.run())) {
      assertThat(before).isNotSameAs(after);
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(refused).hasSize(5).allMatch(e -> e.getMessage().contains("inside its own loop"));
    assertThat(base.isClosed()).isFalse();
  }

  @EngineTest
  void tasksThatNoLoopHasRunAreRunByTheClose(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> ran = new ArrayList<>();
    base.execute(() -> ran.add("first, in the loop: " + base.inLoop()));
    base.execute(
        () -> {
          throw new IllegalArgumentException("second");
        });
    base.execute(
        () -> {
          try {
            base.execute(() -> ran.add("never"));
          } catch (final IllegalStateException e) {
            ran.add("third: " + e.getMessage());
          }
        });
    base.close();
    assertThat(ran)
        .containsExactly("first, in the loop: true", "third: execute: the base is being closed");
    assertThat(bases.exceptions).singleElement().matches(e -> e.getMessage().equals("second"));
  }

  @EngineTest
  void anErrorInSuchATaskSurfacesFromTheCloseWhichIsDone(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicBoolean later = new AtomicBoolean();
    base.execute(
        () -> {
          throw new AssertionError("thrown by a task");
        });
    base.execute(() -> later.set(true));
    assertThatThrownBy(base::close).isInstanceOf(AssertionError.class);
    assertThat(later).isTrue();
    assertThat(base.isClosed()).isTrue();
  }

  @EngineTest
  void eachTaskRunsOrIsRefusedWhileTheBaseIsBeingClosed(final Bases bases) throws Exception {
    for (int round = 0; round < 30; round++) {
      final EventBase base = bases.base();
      final CompletableFuture<Void> loop = loop(base);
      final AtomicInteger accepted = new AtomicInteger();
      final AtomicInteger ran = new AtomicInteger();
      final CountDownLatch some = new CountDownLatch(2);
      final List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        final Event event = base.newUserEvent((self, what) -> {});
        threads.add(
            start(
                () -> {
                  try {
                    while (true) {
                      base.execute(ran::incrementAndGet);
                      accepted.incrementAndGet();
                      event.activate(Event.READ);
                      some.countDown();
                    }
                  } catch (final IllegalStateException e) {
                    some.countDown();
                  }
                }));
      }
      assertThat(some.await(30, TimeUnit.SECONDS)).isTrue();
      base.close();
      finish(loop);
      for (final CompletableFuture<Void> thread : threads) {
        finish(thread);
      }
      assertThat(ran).hasValue(accepted.get());
    }
  }

  @EngineTest
  void streamsWithBytesUnderWayEndWithTheirBase(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends =
        Streams.tcp(bases, base, BufferEvent.THREADSAFE | BufferEvent.CLOSE_ON_FREE);
    final CountDownLatch flowing = new CountDownLatch(1);
    ends[1].setCallbacks(
        self -> {
          self.input().drain(self.input().length());
          flowing.countDown();
        },
        null,
        null);
    ends[1].enable(Event.READ);
    ends[0].setCallbacks(null, self -> self.write(new byte[200_000]), null);
    ends[0].write(new byte[200_000]);
    final CompletableFuture<Void> loop = loop(base);
    assertThat(flowing.await(30, TimeUnit.SECONDS)).isTrue();
    base.close();
    finish(loop);
    ends[0].close();
    ends[1].close();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aListenerThatIsAcceptingEndsWithItsBase(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final AtomicInteger accepted = new AtomicInteger();
    final ConnectionListener listener =
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE | ConnectionListener.THREADSAFE,
            -1,
            (self, socket, peer) -> {
              accepted.incrementAndGet();
              socket.close();
            });
    final InetSocketAddress address = (InetSocketAddress) listener.address();
    final CompletableFuture<Void> loop = loop(base);
    final AtomicBoolean stop = new AtomicBoolean();
    final CompletableFuture<Void> clients =
        start(
            () -> {
              while (!stop.get()) {
                try (Socket client = new Socket()) {
                  client.connect(address, 1000);
                } catch (final java.io.IOException e) {
                  return; // the listener is gone
                }
              }
            });
    while (accepted.get() < 5) {
      Thread.onSpinWait();
    }
    base.close();
    finish(loop);
    listener.close();
    stop.set(true);
    finish(clients);
    assertThat(bases.exceptions).isEmpty();
  }

  /** New sockets have got the numbers of those that were closed, and keep them. */
  private static void areUntouched(
      final Bases bases, final EventBase base, final List<NetSocket[]> later) {
    for (int i = 0; i < 4; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    final ByteBuffer room = ByteBuffer.allocate(10);
    for (final NetSocket[] pair : later) {
      assertThat(pair[0].write(ByteBuffer.wrap(new byte[3]))).isEqualTo(3);
      assertThat(pair[1].write(ByteBuffer.wrap(new byte[4]))).isEqualTo(4);
      assertThat(pair[0].read(room.clear())).isEqualTo(4);
      assertThat(pair[1].read(room.clear())).isEqualTo(3);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  private static List<NetSocket[]> newPairs(final Bases bases, final EventBase base) {
    return List.of(bases.pair(base), bases.pair(base), bases.pair(base));
  }

  /**
   * The program closes what its stream is to close: the number may be another's before the wait.
   */
  @EngineTest
  void aSocketThatIsClosedBesidesItsStreamIsClosedOnce(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent stream = BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE);
    stream.enable(Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    stream.close();
    pair[0].close();
    areUntouched(bases, base, newPairs(bases, base));
  }

  @EngineTest
  void aSocketThatIsClosedBesidesItsListenerIsClosedOnce(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = base.sockets().listener(Streams.ANY_PORT);
    socket.bind(Streams.ANY_PORT);
    final ConnectionListener listener =
        new ConnectionListener(
            base, socket, ConnectionListener.CLOSE_ON_FREE, 5, (self, made, peer) -> made.close());
    base.loop(EventBase.LOOP_NONBLOCK);
    listener.close();
    socket.close();
    areUntouched(bases, base, newPairs(bases, base));
  }

  @EngineTest
  void aSocketThatIsClosedBesidesItsDatagramEventIsClosedOnce(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = base.sockets().datagram(Streams.ANY_PORT);
    final DatagramEvent event =
        new DatagramEvent(
            base, socket, DatagramEvent.DEFAULT_MAX_SIZE, (self, data, from, cut) -> {});
    event.enable();
    base.loop(EventBase.LOOP_NONBLOCK);
    event.close();
    socket.close();
    areUntouched(bases, base, newPairs(bases, base));
  }
}
