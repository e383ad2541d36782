package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventCallback;
import org.jevent.LoopResult;
import org.jevent.net.Handle;
import org.jevent.net.NetSocket;

/** Channels of the JDK as handles: at home on NIO, watched by a helper thread elsewhere. */
class ChannelTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** A callback that works with channels. */
  @FunctionalInterface
  private interface Work {
    void run(Event event) throws IOException;
  }

  private static EventCallback doing(final Work work) {
    return (event, what) -> {
      try {
        work.run(event);
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static Pipe pipe(final Bases bases) throws IOException {
    final Pipe pipe = Pipe.open();
    bases.later(pipe.source()).configureBlocking(false);
    bases.later(pipe.sink()).configureBlocking(false);
    return pipe;
  }

  @EngineTest
  void listenersAndConnectionsOfTheJdkReportWhenTheyAreReady(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final ServerSocketChannel listener = bases.later(ServerSocketChannel.open());
    listener.bind(ANY).configureBlocking(false);
    final SocketChannel client = bases.later(SocketChannel.open());
    client.configureBlocking(false);
    final ByteBuffer answer = ByteBuffer.allocate(10);
    final boolean connectedAtOnce = client.connect(listener.getLocalAddress());
    base.newEvent(
            Handle.of(listener),
            Event.READ,
            doing(
                accepting -> {
                  try (SocketChannel accepted = listener.accept()) {
                    accepted.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                  }
                }))
        .add();
    base.newEvent(
            Handle.of(client),
            Event.WRITE,
            doing(
                connecting -> {
                  assertThat(connectedAtOnce || client.finishConnect()).isTrue();
                  base.newEvent(
                          Handle.of(client),
                          Event.READ | Event.PERSIST,
                          doing(
                              reading -> {
                                if (client.read(answer) < 0) {
                                  reading.delete();
                                }
                              }))
                      .add();
                }))
        .add();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(bases.exceptions).isEmpty();
    assertThat(answer.position()).isEqualTo(3);
  }

  @EngineTest
  void datagramsOfTheJdkReportWhenTheyAreReady(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DatagramChannel receiver = bases.later(DatagramChannel.open());
    receiver.bind(ANY).configureBlocking(false);
    final DatagramChannel sender = bases.later(DatagramChannel.open());
    sender.configureBlocking(false);
    final ByteBuffer received = ByteBuffer.allocate(100);
    base.newEvent(Handle.of(receiver), Event.READ, doing(event -> receiver.receive(received)))
        .add();
    base.newEvent(
            Handle.of(sender),
            Event.WRITE,
            doing(event -> sender.send(ByteBuffer.allocate(42), receiver.getLocalAddress())))
        .add();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(received.position()).isEqualTo(42);
  }

  @EngineTest
  void manyChannelsAndSocketsShareALoop(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final int count = 50;
    final AtomicInteger hops = new AtomicInteger();
    final List<Pipe> pipes = new ArrayList<>();
    final List<NetSocket[]> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pipes.add(pipe(bases));
      pairs.add(bases.pair(base));
    }
    // A byte travels through pipe 0, pair 0, pipe 1, pair 1, ...
    for (int i = 0; i < count; i++) {
      final Pipe pipe = pipes.get(i);
      final NetSocket[] pair = pairs.get(i);
      final Pipe next = i + 1 < count ? pipes.get(i + 1) : null;
      base.newEvent(
              Handle.of(pipe.source()),
              Event.READ,
              doing(
                  event -> {
                    assertThat(pipe.source().read(ByteBuffer.allocate(2))).isEqualTo(1);
                    hops.incrementAndGet();
                    pair[0].write(ByteBuffer.allocate(1));
                  }))
          .add();
      base.newEvent(
              pair[1],
              Event.READ,
              doing(
                  event -> {
                    assertThat(pair[1].read(ByteBuffer.allocate(2))).isEqualTo(1);
                    hops.incrementAndGet();
                    if (next != null) {
                      next.sink().write(ByteBuffer.allocate(1));
                    }
                  }))
          .add();
    }
    pipes.get(0).sink().write(ByteBuffer.allocate(1));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(bases.exceptions).isEmpty();
    assertThat(hops).hasValue(2 * count);
  }

  @EngineTest
  void readinessIsLevelTriggered(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final Pipe pipe = pipe(bases);
    final AtomicInteger ran = new AtomicInteger();
    pipe.sink().write(ByteBuffer.allocate(5));
    base.newEvent(
            Handle.of(pipe.source()),
            Event.READ | Event.PERSIST,
            doing(
                event -> {
                  pipe.source().read(ByteBuffer.allocate(1));
                  if (ran.incrementAndGet() == 5) {
                    event.delete();
                  }
                }))
        .add();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).hasValue(5);
  }

  @EngineTest
  void aChannelMayBeWatchedAgainAfterItWasNot(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final Pipe pipe = pipe(bases);
    pipe.sink().write(ByteBuffer.allocate(1));
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newEvent(Handle.of(pipe.source()), Event.READ, (self, what) -> ran.incrementAndGet());
    for (int i = 1; i <= 20; i++) {
      event.add();
      if (i % 2 == 0) {
        event.delete();
        event.add();
      }
      assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
      assertThat(ran).hasValue(i);
    }
  }

  @EngineTest
  void aChannelThatIsClosedUnderItsEventIsReportedAndTheLoopLivesOn(final Bases bases)
      throws IOException {
    final EventBase base = bases.base();
    final Pipe pipe = pipe(bases);
    final AtomicInteger ran = new AtomicInteger();
    final Event event =
        base.newEvent(
            Handle.of(pipe.source()),
            Event.READ | Event.PERSIST,
            (self, what) -> {
              ran.incrementAndGet();
              self.delete();
            });
    event.add();
    base.newTimer(doing(timer -> pipe.source().close())).add(Duration.ofMillis(10));
    base.newTimer((timer, what) -> base.loopBreak()).add(Duration.ofMillis(100));
    final AtomicInteger iterations = new AtomicInteger();
    try (var watcher = base.watchPrepare((self, timeout) -> iterations.incrementAndGet())) {
      assertThat(watcher).isNotNull();
      base.dispatch();
    }
    assertThat(ran.get() + bases.exceptions.size()).isLessThanOrEqualTo(1);
    assertThat(iterations.get()).isLessThan(50);
    event.close();
  }

  @EngineTest
  void anInterruptedLoopGoesOnAndStaysInterrupted(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Pipe pipe = pipe(bases);
    final List<Boolean> interrupted = new ArrayList<>();
    base.newEvent(
            Handle.of(pipe.source()),
            Event.READ,
            (event, what) -> interrupted.add(Thread.currentThread().isInterrupted()))
        .add();
    final Thread loop = new Thread(base::dispatch, "test");
    loop.start();
    Thread.sleep(20);
    loop.interrupt();
    Thread.sleep(20);
    assertThat(loop.isAlive()).isTrue();
    pipe.sink().write(ByteBuffer.allocate(1));
    loop.join();
    assertThat(interrupted).containsExactly(true);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aChannelInBlockingModeIsRefused(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final Pipe pipe = Pipe.open();
    bases.later(pipe.source());
    bases.later(pipe.sink());
    final Event event = base.newEvent(Handle.of(pipe.source()), Event.READ, (self, what) -> {});
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> {
              event.add();
              base.loop(EventBase.LOOP_NONBLOCK);
              if (!bases.exceptions.isEmpty()) {
                throw bases.exceptions.get(0);
              }
            })
        .isInstanceOf(Exception.class)
        .hasMessageContaining("block");
    event.close();
  }
}
