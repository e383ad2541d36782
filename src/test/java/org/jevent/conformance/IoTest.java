package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.net.Handle;
import org.jevent.net.NetSocket;

/** Handles that become ready. */
class IoTest {
  private static final ByteBuffer BYTE = ByteBuffer.wrap(new byte[1]);

  private static void send(final NetSocket socket) {
    socket.write(BYTE.duplicate());
  }

  @EngineTest
  void aOneShotReadFiresOnceThoughDataRemains(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    base.newEvent(pair[0], Event.READ, (event, what) -> masks.add(what)).add();
    send(pair[1]);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(masks).containsExactly(Event.READ);
  }

  @EngineTest
  void aOneShotReadCanBeAddedAgainUntilTheEnd(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final ByteBuffer read = ByteBuffer.allocate(100);
    base.newEvent(
            pair[0],
            Event.READ,
            (event, what) -> {
              assertThat(event.isPending()).isFalse();
              if (pair[0].read(read) != NetSocket.END) {
                event.add();
              }
            })
        .add();
    pair[1].write(
        ByteBuffer.wrap("some bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    pair[1].close();
    base.dispatch();
    assertThat(read.position()).isEqualTo(10);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aWriteEventFiresOnANewSocket(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    base.newEvent(pair[0], Event.WRITE, (event, what) -> masks.add(what)).add();
    base.dispatch();
    assertThat(masks).containsExactly(Event.WRITE);
  }

  @EngineTest
  void severalEventsOnOneHandleAllFire(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger readers = new AtomicInteger();
    final AtomicInteger writers = new AtomicInteger();
    base.newEvent(pair[0], Event.READ, (event, what) -> readers.incrementAndGet()).add();
    base.newEvent(pair[0], Event.READ, (event, what) -> readers.incrementAndGet()).add();
    base.newEvent(pair[0], Event.WRITE, (event, what) -> writers.incrementAndGet()).add();
    send(pair[1]);
    base.dispatch();
    assertThat(readers).hasValue(2);
    assertThat(writers).hasValue(1);
  }

  @EngineTest
  void deletingOneEventOfAHandleLeavesTheOther(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event writer =
        base.newEvent(pair[0], Event.WRITE | Event.PERSIST, (event, what) -> ran.add("write"));
    final Event reader = base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("read"));
    writer.add();
    reader.add();
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(ran).containsExactly("write");
    writer.delete();
    send(pair[1]);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(ran).containsExactly("write", "read");
  }

  @EngineTest
  void thePeersCloseWakesAReaderAndAWriter(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    fill(pair[0]);
    final List<String> ran = new ArrayList<>();
    base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("read " + what)).add();
    base.newEvent(pair[0], Event.WRITE, (event, what) -> ran.add("write " + what)).add();
    base.newTimer((event, what) -> pair[1].close()).add(Duration.ofMillis(5));
    base.dispatch();
    assertThat(ran).containsExactlyInAnyOrder("read " + Event.READ, "write " + Event.WRITE);
  }

  private static void fill(final NetSocket socket) {
    final ByteBuffer chunk = ByteBuffer.allocate(65_536);
    do {
      chunk.clear();
    } while (socket.write(chunk) > 0);
  }

  @EngineTest
  void aTimeoutAndReadinessCanComeTogether(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    base.newEvent(pair[0], Event.READ, (event, what) -> masks.add(what)).add(Duration.ofMillis(5));
    send(pair[1]);
    bases.spend(20);
    base.dispatch();
    assertThat(masks).containsExactly(Event.READ | Event.TIMEOUT);
  }

  @EngineTest
  void aReadWithoutDataTimesOut(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    final Event event = base.newEvent(pair[0], Event.READ, (self, what) -> masks.add(what));
    event.add(Duration.ofMillis(5));
    assertThat(event.pending(Event.READ | Event.WRITE | Event.TIMEOUT))
        .isEqualTo(Event.READ | Event.TIMEOUT);
    base.dispatch();
    assertThat(masks).containsExactly(Event.TIMEOUT);
    assertThat(event.isPending()).isFalse();
  }

  @EngineTest
  void removingTheTimerKeepsWaitingForTheHandle(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    final Event event = base.newEvent(pair[0], Event.READ, (self, what) -> masks.add(what));
    event.add(Duration.ofMillis(5));
    event.removeTimer();
    assertThat(event.pending(Event.READ | Event.TIMEOUT)).isEqualTo(Event.READ);
    base.newTimer((self, what) -> send(pair[1])).add(Duration.ofMillis(30));
    base.dispatch();
    assertThat(masks).containsExactly(Event.READ);
  }

  @EngineTest
  void bulkDataCrossesInBothDirectionsAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final byte[] data = new byte[1 << 20];
    new Random(7).nextBytes(data);
    final ByteBuffer[] received = new ByteBuffer[2];
    for (int i = 0; i < 2; i++) {
      final NetSocket from = pair[i];
      final ByteBuffer out = ByteBuffer.wrap(data);
      final ByteBuffer in = ByteBuffer.allocate(data.length + 1);
      received[i] = in;
      base.newEvent(
              from,
              Event.WRITE | Event.PERSIST,
              (event, what) -> {
                from.write(out);
                if (!out.hasRemaining()) {
                  event.delete();
                  from.shutdownOutput();
                }
              })
          .add();
      base.newEvent(
              from,
              Event.READ | Event.PERSIST,
              (event, what) -> {
                if (from.read(in) == NetSocket.END) {
                  event.delete();
                }
              })
          .add();
    }
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(bases.exceptions).isEmpty();
    for (final ByteBuffer in : received) {
      assertThat(Arrays.copyOf(in.array(), in.position())).isEqualTo(data);
    }
  }

  @EngineTest
  void manyDatagramSocketsAreWritableAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger fired = new AtomicInteger();
    for (int i = 0; i < 70; i++) {
      final NetSocket socket =
          bases.later(
              base.sockets().datagram(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
      base.newEvent(socket, Event.WRITE, (event, what) -> fired.incrementAndGet()).add();
    }
    base.dispatch();
    assertThat(fired).hasValue(70);
  }

  @EngineTest
  void datagramsCarryTheirSenders(final Bases bases) {
    final EventBase base = bases.base();
    final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    final NetSocket first = bases.later(base.sockets().datagram(any));
    final NetSocket second = bases.later(base.sockets().datagram(any));
    final List<Object> senders = new ArrayList<>();
    final ByteBuffer buffer = ByteBuffer.allocate(100);
    base.newEvent(second, Event.READ, (event, what) -> senders.add(second.receive(buffer))).add();
    assertThat(first.send(ByteBuffer.wrap(new byte[] {1, 2, 3}), second.localAddress())).isTrue();
    base.dispatch();
    assertThat(senders).containsExactly(first.localAddress());
    assertThat(buffer.position()).isEqualTo(3);
    assertThat(second.receive(buffer)).isNull();
  }

  @EngineTest
  void connectingAndAcceptingAreWritableAndReadable(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket listener =
        bases.later(
            base.sockets()
                .listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    NetSocket.DEFAULT_BACKLOG));
    final List<String> ran = new ArrayList<>();
    base.newEvent(
            listener,
            Event.READ,
            (event, what) -> {
              final NetSocket accepted = bases.later(listener.accept());
              assertThat(accepted.localAddress()).isEqualTo(listener.localAddress());
              assertThat(listener.accept()).isNull();
              ran.add("accepted");
            })
        .add();
    final NetSocket client = bases.later(base.sockets().connect(listener.localAddress()));
    base.newEvent(
            client,
            Event.WRITE,
            (event, what) -> {
              assertThat(client.finishConnect()).isTrue();
              assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
              ran.add("connected");
            })
        .add();
    base.dispatch();
    assertThat(ran).containsExactlyInAnyOrder("accepted", "connected");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aRefusedConnectSaysSo(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket closed =
        base.sockets().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    final var address = closed.localAddress();
    closed.close();
    final List<Errno> errors = new ArrayList<>();
    try {
      final NetSocket client = bases.later(base.sockets().connect(address));
      base.newEvent(
              client,
              Event.WRITE,
              (event, what) -> {
                try {
                  client.finishConnect();
                } catch (final ErrnoException e) {
                  errors.add(e.errno());
                }
              })
          .add();
      base.dispatch();
    } catch (final ErrnoException atOnce) {
      errors.add(atOnce.errno());
    }
    assertThat(errors).containsExactly(Errno.ECONNREFUSED);
  }

  @EngineTest
  void aHandleMayBeClosedRightAfterItsEventWasDeletedAndItsNumberUsedAgain(final Bases bases) {
    final EventBase base = bases.base();
    final AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      final NetSocket[] pair = base.sockets().pair();
      final Event event =
          base.newEvent(pair[0], Event.READ | Event.PERSIST, (self, what) -> ran.incrementAndGet());
      event.add();
      send(pair[1]);
      base.loop(EventBase.LOOP_ONCE);
      event.close();
      pair[0].close();
      pair[1].close();
    }
    assertThat(ran).hasValue(100);
  }

  @EngineTest
  void activatingByHandleReachesTheMatchingEventsOnly(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    final Event reader = base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("r" + what));
    final Event timed = base.newEvent(pair[0], Event.READ, (event, what) -> ran.add("t" + what));
    reader.add();
    timed.add(Duration.ofHours(1));
    base.activateByHandle(pair[0], Event.TIMEOUT);
    base.activateByHandle(pair[1], Event.READ);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(ran).containsExactly("t" + Event.TIMEOUT);
    base.activateByHandle(pair[0], Event.READ | Event.WRITE);
    base.dispatch();
    assertThat(ran).containsExactly("t" + Event.TIMEOUT, "r" + Event.READ);
  }

  @EngineTest
  void onceNeedsNoEvent(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<String> ran = new ArrayList<>();
    base.once(pair[0], Event.READ, null, (event, what) -> ran.add("read"));
    base.once(null, Event.TIMEOUT, Duration.ofMillis(5), (event, what) -> ran.add("time"));
    base.once(null, Event.TIMEOUT, null, (event, what) -> ran.add("now"));
    assertThatThrownBy(() -> base.once(null, 0, null, (event, what) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> base.once(pair[0], Event.SIGNAL, null, (event, what) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    base.newTimer((event, what) -> send(pair[1])).add(Duration.ofMillis(30));
    base.dispatch();
    assertThat(ran).containsExactly("now", "time", "read");
    base.once(pair[0], Event.READ, Duration.ofHours(1), (event, what) -> ran.add("never"));
  }

  @EngineTest
  void channelsWorkOnEveryEngine(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final Pipe pipe = Pipe.open();
    bases.later(pipe.source());
    bases.later(pipe.sink());
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    final ByteBuffer read = ByteBuffer.allocate(1000);
    final Event reader =
        base.newEvent(
            pipe.source(),
            Event.READ | Event.PERSIST,
            (event, what) -> {
              try {
                final ByteBuffer one = ByteBuffer.allocate(1);
                pipe.source().read(one);
                read.put(one.flip());
                if (read.position() == 100) {
                  event.delete();
                }
              } catch (final java.io.IOException e) {
                throw new AssertionError(e);
              }
            });
    reader.add();
    pipe.sink().write(ByteBuffer.allocate(60));
    base.newTimer(
            (event, what) -> {
              try {
                pipe.sink().write(ByteBuffer.allocate(40));
              } catch (final java.io.IOException e) {
                throw new AssertionError(e);
              }
            })
        .add(Duration.ofMillis(20));
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(read.position()).isEqualTo(100);
    final AtomicInteger writable = new AtomicInteger();
    base.newEvent(pipe.sink(), Event.WRITE, (event, what) -> writable.incrementAndGet()).add();
    base.dispatch();
    assertThat(writable).hasValue(1);
  }

  @EngineTest
  void whatTheMethodCannotDoIsRefusedWithAClearError(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    if (!bases.has(EventBase.FEATURE_ET)) {
      assertThatThrownBy(() -> base.newEvent(pair[0], Event.READ | Event.ET, (event, what) -> {}))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(bases.method());
    }
    if (bases.isNio()) {
      assertThatThrownBy(() -> base.newEvent(0, Event.READ, (event, what) -> {}))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("nio");
    }
    assertThatThrownBy(() -> base.newEvent(pair[0], Event.SIGNAL | Event.READ, (event, what) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SIGNAL");
    assertThatThrownBy(() -> Handle.of(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @EngineTest
  void aClosedSocketMakesAddFailThoughItWasWatchedBefore(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event event = bases.later(base.newEvent(pair[0], Event.READ, (self, what) -> {}));
    bases.later(base.newTimer((self, what) -> {})).add(Duration.ofDays(1)); // the loop goes on
    for (int i = 0; i < 2; i++) {
      event.add();
      base.loop(EventBase.LOOP_NONBLOCK);
      event.delete();
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    pair[0].close();
    assertThatThrownBy(event::add)
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).as("the timer").isEqualTo(1);
  }

  @EngineTest
  void aDescriptorThatCannotBeWatchedMakesAddFailAndChangesNothing(final Bases bases)
      throws Exception {
    bases.requireDescriptors();
    final EventBase base = bases.base();
    // Windows has numbers that stand for something of every process, but are no sockets.
    final List<Errno> notOpen =
        TestSystem.WINDOWS ? List.of(Errno.EBADF, Errno.ENOTSOCK) : List.of(Errno.EBADF);
    for (final int descriptor : new int[] {1_000_000, Integer.MAX_VALUE}) {
      final Event event = base.newEvent(descriptor, Event.READ, (self, what) -> {});
      assertThatThrownBy(event::add)
          .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.errno()).isIn(notOpen));
      assertThat(event.isPending()).isFalse();
    }
    assertThat(base.eventCount(EventBase.COUNT_ADDED)).isZero();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  @EngineTest
  void earlyCloseIsSeenThoughDataIsUnread(final Bases bases) {
    TestSystem.notUnderWine("that a peer has closed is seen only once its data has been read");
    bases.require(EventBase.FEATURE_EARLY_CLOSE, "early close detection");
    for (final int more : new int[] {0, Event.PERSIST, Event.ET, Event.PERSIST | Event.ET}) {
      if ((more & Event.ET) != 0 && !bases.has(EventBase.FEATURE_ET)) {
        continue;
      }
      for (final boolean half : new boolean[] {false, true}) {
        final EventBase base = bases.base();
        final NetSocket[] pair = bases.pair(base);
        final List<Integer> masks = new ArrayList<>();
        base.newEvent(
                pair[0],
                Event.CLOSED | more,
                (event, what) -> {
                  masks.add(what);
                  event.delete();
                })
            .add();
        send(pair[1]);
        if (half) {
          pair[1].shutdownOutput();
        } else {
          pair[1].close();
        }
        base.dispatch();
        assertThat(masks).containsExactly(Event.CLOSED | (more & Event.ET));
      }
    }
  }

  @EngineTest
  void edgeTriggeredEventsFireOnceAnEdge(final Bases bases) {
    bases.require(EventBase.FEATURE_ET, "edge triggering");
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final List<Integer> masks = new ArrayList<>();
    final Event edge =
        base.newEvent(
            pair[0], Event.READ | Event.ET | Event.PERSIST, (event, what) -> masks.add(what));
    edge.add();
    send(pair[1]);
    for (int i = 0; i < 3; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(masks).containsExactly(Event.READ | Event.ET);
    send(pair[1]);
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(masks).hasSize(2);
  }

  @EngineTest
  void mixingEdgeAndLevelOnOneHandleIsRefused(final Bases bases) {
    bases.require(EventBase.FEATURE_ET, "edge triggering");
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final Event edge = base.newEvent(pair[0], Event.READ | Event.ET, (event, what) -> {});
    final Event level = base.newEvent(pair[0], Event.WRITE, (event, what) -> {});
    edge.add();
    assertThatThrownBy(level::add).isInstanceOf(IllegalArgumentException.class);
    edge.delete();
    level.add();
    assertThatThrownBy(edge::add).isInstanceOf(IllegalArgumentException.class);
    assertThat(edge.isPending()).isFalse();
  }

  @EngineTest
  void deletingOneEdgeTriggeredEventLeavesTheOtherSo(final Bases bases) {
    bases.require(EventBase.FEATURE_ET, "edge triggering");
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final AtomicInteger ran = new AtomicInteger();
    final int mask = Event.READ | Event.ET | Event.PERSIST;
    final Event first = base.newEvent(pair[0], mask, (event, what) -> ran.incrementAndGet());
    final Event second = base.newEvent(pair[0], mask, (event, what) -> ran.addAndGet(100));
    first.add();
    second.add();
    first.delete();
    send(pair[1]);
    for (int i = 0; i < 3; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(ran).hasValue(100);
  }
}
