package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.net.ConnectAttempt;
import org.jevent.net.ConnectAttempt.Outcome;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Connecting by name to the first of several addresses that answers. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there all of 127/8 is this machine's")
class ConnectRaceTest {
  private static final InetAddress DEAD = DnsPeer.ip("127.0.0.3");
  private static final InetAddress LIVE = DnsPeer.ip("127.0.0.2");
  private static final InetAddress REFUSED = DnsPeer.ip("127.0.0.4");

  /** A listener at one address, and one at another that lets connects wait for ever. */
  private static final class Peers {
    private final Bases bases;
    private final EventBase base;
    private final List<NetSocket> accepted = new ArrayList<>();
    private final int port;

    Peers(final Bases bases, final EventBase base) {
      this.bases = bases;
      this.base = base;
      final ConnectionListener listener =
          bases.later(
              ConnectionListener.bind(
                  base,
                  new InetSocketAddress(LIVE, 0),
                  ConnectionListener.CLOSE_ON_FREE,
                  -1,
                  (self, socket, peer) -> accepted.add(bases.later(socket))));
      port = ((InetSocketAddress) listener.address()).getPort();
    }

    void makeBlackHole() {
      final InetSocketAddress address = new InetSocketAddress(DEAD, port);
      bases.later(base.sockets().listen(address, 1));
      for (int i = 0; i < 4; i++) {
        bases.later(base.sockets().connect(address)); // the queue is full now
      }
    }
  }

  private static final class Client {
    private final SocketBufferEvent stream;
    private final List<Integer> events = new ArrayList<>();

    Client(final Bases bases, final EventBase base) {
      stream = bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
      stream.setCallbacks(null, null, (self, what) -> events.add(what));
    }

    void isConnected(final EventBase base, final Peers peers) {
      Streams.run(base, () -> !events.isEmpty());
      assertThat(events).containsExactly(BufferEvent.CONNECTED);
      Streams.run(base, () -> !peers.accepted.isEmpty());
      stream.write(new byte[] {7});
      Streams.run(base, () -> stream.output().length() == 0);
      assertThat(peers.accepted).hasSize(1);
      stream.enable(Event.READ);
      peers.accepted.get(0).write(java.nio.ByteBuffer.wrap(new byte[] {8}));
      Streams.run(base, () -> stream.input().length() == 1);
    }
  }

  private static Resolver of(final InetAddress... addresses) {
    return (host, result) -> {
      result.resolved(List.of(addresses), null);
      return null;
    };
  }

  @EngineTest
  void anAddressThatDoesNotAnswerGetsARival(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    final long start = bases.nanoTime();
    client.stream.connect("host", peers.port, of(DEAD, LIVE));
    client.isConnected(base, peers);
    assertThat(Duration.ofNanos(bases.nanoTime() - start))
        .isBetween(Duration.ofMillis(240), Duration.ofSeconds(4));
  }

  @EngineTest
  void oneThatIsRefusedHasASuccessorAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    client.stream.connect("host", peers.port, of(REFUSED, DEAD, REFUSED, REFUSED, LIVE));
    client.isConnected(base, peers);
  }

  @EngineTest
  void whatWasTriedIsInTheTrace(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    assertThat(client.stream.connectTrace()).isEmpty();
    client.stream.connect("host", peers.port, of(REFUSED, DEAD, LIVE, LIVE));
    client.isConnected(base, peers);
    final List<ConnectAttempt> trace = client.stream.connectTrace();
    assertThat(trace)
        .extracting(each -> each.address().getAddress())
        .containsExactly(REFUSED, DEAD, LIVE);
    assertThat(trace)
        .extracting(ConnectAttempt::outcome)
        .containsExactly(Outcome.FAILED, Outcome.CLOSED, Outcome.CONNECTED);
    assertThat(trace).extracting(ConnectAttempt::problem).containsExactly("ECONNREFUSED", "", "");
    for (final ConnectAttempt each : trace) {
      assertThat(each.ended()).isGreaterThanOrEqualTo(each.started());
    }
    assertThat(trace.get(0).toString()).contains("FAILED ECONNREFUSED");
  }

  /** However many addresses a resolver finds: the stream's socket and eight others are tried. */
  @EngineTest
  void manyThatDoNotAnswerHoldFewSockets(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    final InetAddress[] addresses = new InetAddress[12];
    Arrays.fill(addresses, DEAD);
    addresses[11] = LIVE;
    client.stream.connect("host", peers.port, of(addresses));
    final long[] most = {0};
    Streams.run(
        base,
        () -> {
          most[0] =
              Math.max(
                  most[0],
                  client.stream.connectTrace().stream()
                      .filter(each -> each.outcome() == Outcome.UNDER_WAY)
                      .count());
          return !client.events.isEmpty();
        });
    client.isConnected(base, peers);
    assertThat(most[0]).isEqualTo(9);
  }

  @EngineTest
  void theFirstAddressMayBeTheOne(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    final Client client = new Client(bases, base);
    client.stream.connect("host", peers.port, of(LIVE));
    client.isConnected(base, peers);
    assertThat(client.stream.connectTrace())
        .extracting(ConnectAttempt::outcome)
        .containsExactly(Outcome.CONNECTED);
  }

  @EngineTest
  void whereAllAreRefusedTheLastErrorIsReported(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    final Client client = new Client(bases, base);
    client.stream.connect("host", peers.port, of(REFUSED, DEAD, REFUSED));
    Streams.run(base, () -> !client.events.isEmpty());
    assertThat(client.events).containsExactly(BufferEvent.ERROR);
    assertThat(client.stream.error()).isEqualTo(Errno.ECONNREFUSED);
  }

  @EngineTest
  void addressesThatAreFoundLaterJoin(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    final List<Resolver.Parts> parts = new ArrayList<>();
    client.stream.connect("host", peers.port, inParts(parts));
    parts.get(0).found(List.of(DEAD), false, null);
    Streams.runFor(base, 100);
    parts.get(0).found(List.of(LIVE), true, null);
    client.isConnected(base, peers);
  }

  @EngineTest
  void theFirstFamilyIsGivenAMoment(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    final Client client = new Client(bases, base);
    final List<Resolver.Parts> parts = new ArrayList<>();
    client.stream.connect("host", peers.port, inParts(parts));
    final long start = bases.nanoTime();
    parts.get(0).found(List.of(LIVE), false, null);
    client.isConnected(base, peers);
    assertThat(bases.nanoTime() - start).isGreaterThan(49_000_000L);
  }

  /** The moment is for the family that goes first: it goes first where it comes in time. */
  @EngineTest
  void theFirstFamilyGoesFirst(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    final Client client = new Client(bases, base);
    final List<Resolver.Parts> parts = new ArrayList<>();
    client.stream.connect("host", peers.port, inParts(parts));
    parts.get(0).found(List.of(LIVE), false, null);
    base.loop(EventBase.LOOP_NONBLOCK); // the moment has begun
    parts.get(0).found(List.of(DnsPeer.ip("::1")), true, null);
    client.isConnected(base, peers);
    assertThat(client.stream.connectTrace().get(0).address().getAddress())
        .isEqualTo(DnsPeer.ip("::1"));
  }

  /** When all is known the moment is over, and the rival's time begins with the first attempt. */
  @EngineTest
  void theMomentIsNoRivalsTime(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    final List<Resolver.Parts> parts = new ArrayList<>();
    client.stream.connect("host", peers.port, inParts(parts));
    parts.get(0).found(List.of(DEAD), false, null);
    Streams.runFor(base, 5);
    parts.get(0).found(List.of(LIVE), true, null);
    client.isConnected(base, peers);
    final List<ConnectAttempt> trace = client.stream.connectTrace();
    assertThat(trace).hasSize(2);
    assertThat(trace.get(1).started().minus(trace.get(0).started()))
        .isGreaterThan(Duration.ofMillis(200));
  }

  @EngineTest
  void cancelledWhileSeveralConnect(final Bases bases) {
    final EventBase base = bases.base();
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    client.stream.connect("host", peers.port, of(DEAD, DEAD, DEAD));
    Streams.runFor(base, 600);
    assertThat(client.events).isEmpty();
    client.stream.close();
    Streams.runFor(base, 20);
    assertThat(client.events).isEmpty();
  }

  private static Resolver inParts(final List<Resolver.Parts> parts) {
    return new Resolver() {
      @Override
      public Runnable resolve(final String host, final Result result) {
        throw new AssertionError("not asked");
      }

      @Override
      public Runnable resolveInParts(final String host, final Parts taker) {
        parts.add(taker);
        return null;
      }
    };
  }

  @EngineTest
  void theRaceHasThePriorityOfItsStream(final Bases bases) {
    final EventBase base = bases.base(bases.config().priorities(3));
    final Peers peers = new Peers(bases, base);
    peers.makeBlackHole();
    final Client client = new Client(bases, base);
    client.stream.priority(0);
    client.stream.connect("host", peers.port, of(DEAD, LIVE));
    Streams.runBusy(base, () -> !client.events.isEmpty());
    assertThat(client.events).containsExactly(BufferEvent.CONNECTED);
  }
}
