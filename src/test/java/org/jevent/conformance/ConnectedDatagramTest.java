package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.Datagrams.bind;
import static org.jevent.conformance.Datagrams.bytes;
import static org.jevent.conformance.Datagrams.text;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.EngineCounters;
import org.jevent.net.NetSocket;

/** Datagrams of connected sockets, many in one iteration, without work, and without arrays. */
class ConnectedDatagramTest {
  private static DatagramEvent connect(
      final Bases bases,
      final EventBase base,
      final DatagramEvent peer,
      final DatagramEvent.Callback callback) {
    return bases.later(DatagramEvent.connect(base, (InetSocketAddress) peer.address(), callback));
  }

  @EngineTest
  void itSendsToItsPeerAndReceivesFromThereAlone(final Bases bases) {
    final EventBase base = bases.base();
    final DatagramEvent peer =
        bind(bases, base, (self, data, from, truncated) -> self.send(data, from));
    peer.enable();
    final List<String> got = new ArrayList<>();
    final DatagramEvent client =
        connect(bases, base, peer, (self, data, from, truncated) -> got.add(text(data) + from));
    client.enable();
    final NetSocket foreign = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    final InetSocketAddress local =
        new InetSocketAddress("127.0.0.1", ((InetSocketAddress) client.address()).getPort());
    foreign.send(bytes("foreign"), local);
    client.send(bytes("right"));
    Streams.run(base, () -> !got.isEmpty());
    Streams.runFor(base, 20);
    assertThat(got).containsExactly("right" + peer.address());
  }

  @EngineTest
  void aPeerThatIsNotThereIsAnError(final Bases bases) {
    assumeFalse(TestSystem.wine(), "Wine reports no error for a datagram without a receiver");
    final EventBase base = bases.base();
    final DatagramEvent gone = bind(bases, base, (self, data, from, truncated) -> {});
    final List<Errno> problems = new ArrayList<>();
    final List<String> got = new ArrayList<>();
    final DatagramEvent client =
        connect(bases, base, gone, (self, data, from, truncated) -> got.add(text(data)));
    client.setErrorCallback((self, problem) -> problems.add(problem.errno()));
    client.enable();
    final InetSocketAddress address = (InetSocketAddress) gone.address();
    gone.close();
    client.send(bytes("lost"));
    Streams.run(base, () -> !problems.isEmpty());
    assertThat(problems).containsOnly(Errno.ECONNREFUSED);
    final DatagramEvent back =
        bases.later(
            DatagramEvent.bind(
                base, address, (self, data, from, truncated) -> self.send(data, from)));
    back.enable();
    client.send(bytes("found"));
    Streams.run(base, () -> !got.isEmpty());
    assertThat(got).containsExactly("found");
  }

  /** Where the system has a call for several datagrams. */
  @EngineTest
  void datagramsThatLeaveTogetherCostOneSystemCall(final Bases bases) {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the system sends one at a time");
    final int count = 64;
    final EventBase base = bases.base();
    final int[] got = {0};
    final DatagramEvent peer = bind(bases, base, (self, data, from, truncated) -> got[0]++);
    final DatagramEvent client = connect(bases, base, peer, (self, data, from, truncated) -> {});
    client.send(bytes("first"));
    base.dispatch();
    final EngineCounters before = BaseAccess.loop(base).engine().counters();
    assumeTrue(before.syscalls() > 0, "the engine cannot count its system calls");
    for (int i = 0; i < count; i++) {
      client.send(bytes("datagram " + i));
    }
    base.dispatch();
    final EngineCounters after = BaseAccess.loop(base).engine().counters();
    final long sends = after.syscalls() - before.syscalls() - (after.waits() - before.waits());
    assertThat(sends).isOne();
    peer.enable();
    Streams.run(base, () -> got[0] == count + 1);
  }

  @EngineTest
  void whereThereIsNoPeerNothingIsSent(final Bases bases) {
    final EventBase base = bases.base();
    final List<ErrnoException> problems = new ArrayList<>();
    final DatagramEvent event = bind(bases, base, (self, data, from, truncated) -> {});
    event.setErrorCallback((self, problem) -> problems.add(problem));
    event.send(bytes("nowhere"));
    Streams.run(base, () -> !problems.isEmpty());
    assertThat(problems.get(0)).hasMessageContaining("to the connected peer");
  }

  @EngineTest
  void receivingNeedNotKeepTheLoopAlive(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final DatagramEvent event =
        bind(bases, base, (self, data, from, truncated) -> got.add(text(data)));
    event.countsAsWork(false);
    event.enable();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    event.send(bytes("work"), event.address());
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    event.countsAsWork(true);
    Streams.run(base, () -> !got.isEmpty());
    event.countsAsWork(false);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    event.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
  }

  @EngineTest
  void manyLeaveInOneIterationAndInOrder(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket receiver = bases.later(base.sockets().datagram(Streams.ANY_PORT));
    final DatagramEvent sender = bind(bases, base, (self, data, from, truncated) -> {});
    final List<String> sent = IntStream.range(0, 60).mapToObj(i -> "datagram " + i).toList();
    sent.forEach(text -> sender.send(bytes(text), receiver.localAddress()));
    final List<String> got = new ArrayList<>();
    base.loop(EventBase.LOOP_NONBLOCK);
    receiveAll(receiver, got);
    final int atOnce = BaseAccess.loop(base).engine().datagramsAtOnce();
    assertThat(got.size()).isGreaterThanOrEqualTo(Math.min(atOnce, sent.size()));
    Streams.run(
        base,
        () -> {
          receiveAll(receiver, got);
          return got.size() == sent.size();
        });
    assertThat(got).isEqualTo(sent);
  }

  private static void receiveAll(final NetSocket receiver, final List<String> got) {
    final ByteBuffer room = ByteBuffer.allocate(100);
    while (receiver.receive(room) != null) {
      got.add(text(room.flip()));
      room.clear();
    }
  }

  @EngineTest
  void whatIsInvalidAmongManyIsItsOwnError(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> got = new ArrayList<>();
    final List<Errno> problems = new ArrayList<>();
    final DatagramEvent event =
        bind(bases, base, (self, data, from, truncated) -> got.add(text(data)));
    event.setErrorCallback((self, problem) -> problems.add(problem.errno()));
    event.enable();
    for (int i = 0; i < 10; i++) {
      event.send(bytes("" + i), event.address());
      event.send(ByteBuffer.allocate(66_000), event.address());
    }
    Streams.run(base, () -> got.size() == 10 && problems.size() == 10);
    assertThat(problems).containsOnly(Errno.EMSGSIZE);
    assertThat(got).isEqualTo(IntStream.range(0, 10).mapToObj(Integer::toString).toList());
  }

  @EngineTest
  void memoryOfDeliveredOnesIsUsedAgain(final Bases bases) {
    final EventBase base = bases.base();
    final List<byte[]> arrays = new ArrayList<>();
    final List<String> got = new ArrayList<>();
    final DatagramEvent event =
        bind(
            bases,
            base,
            (self, data, from, truncated) -> {
              arrays.add(data.array());
              got.add(text(data));
            });
    event.reuseBuffers();
    event.enable();
    for (final String each : List.of("long", "mid", "s", "")) {
      final int before = got.size();
      event.send(bytes(each), event.address());
      Streams.run(base, () -> got.size() > before);
    }
    assertThat(got).containsExactly("long", "mid", "s", "");
    assertThat(arrays).allMatch(array -> array == arrays.get(0));
  }
}
