package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.error.Errno;
import org.jevent.net.NetSocket;
import org.jevent.net.Resolver;

/** Connecting: by address, by name, and all the ways in which it fails. */
class ConnectTest {
  private static final int OWNED = ConnectionListener.CLOSE_ON_FREE;

  private static ConnectionListener listener(
      final Bases bases, final EventBase base, final List<NetSocket> accepted) {
    return bases.later(
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            OWNED,
            -1,
            (self, socket, peer) -> accepted.add(bases.later(socket))));
  }

  private static InetSocketAddress unused(final EventBase base) {
    try (NetSocket bound = base.sockets().listener(Streams.ANY_PORT)) {
      bound.bind(Streams.ANY_PORT);
      bound.listen(1);
      return (InetSocketAddress) bound.localAddress();
    }
  }

  @EngineTest
  void whatWasWrittenBeforeIsSentOnConnection(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> order = new ArrayList<>();
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            server -> {
              server.setCallbacks(
                  s -> order.add(s.input().readLine(org.jevent.buffer.Eol.LF)), null, null);
              server.enable(Event.READ);
            });
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.output().add("early\n");
    client.setCallbacks(null, null, (s, what) -> order.add(Streams.text(what)));
    client.connect(listener.address());
    Streams.run(base, () -> order.size() == 2);
    assertThat(order).containsExactly("CONNECTED", "early");
    assertThat(client.handle().remoteAddress()).isEqualTo(listener.address());
  }

  @EngineTest
  void aRefusedConnectIsOneErrorAndComesFromTheLoop(final Bases bases) {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(
        s -> recorded.events.add("read"), s -> recorded.events.add("write"), recorded::event);
    client.enable(Event.READ | Event.WRITE);
    client.write(new byte[10]);
    client.connect(unused(base));
    assertThat(recorded.events).isEmpty();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isEqualTo(Errno.ECONNREFUSED);
    assertThat(client.output().length()).isEqualTo(10);
  }

  @EngineTest
  void anUnreachableAddressIsAnError(final Bases bases) {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(new InetSocketAddress("255.255.255.255", 9));
    base.dispatch();
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isIn(Errno.ENETUNREACH, Errno.EACCES, Errno.EHOSTUNREACH);
  }

  @EngineTest
  void aUnixSocketThatIsNotThereIsAnError(final Bases bases) {
    TestSystem.notUnderWine("there are no Unix domain sockets");
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(java.net.UnixDomainSocketAddress.of(Path.of("/nowhere/to/be/found")));
    base.dispatch();
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isEqualTo(Errno.ENOENT);
  }

  /** Takes all places in the backlog of a listener that never accepts. */
  private static NetSocket full(final Bases bases, final EventBase base) {
    final NetSocket listening = bases.later(base.sockets().listen(Streams.ANY_PORT, 1));
    for (int i = 0; i < 8; i++) {
      bases.later(base.sockets().connect(listening.localAddress()));
    }
    return listening;
  }

  @EngineTest
  void aConnectThatTakesTooLongIsAWriteTimeout(final Bases bases) {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.setTimeouts(Duration.ofMillis(20), Duration.ofMillis(150));
    client.enable(Event.READ);
    client.connect(full(bases, base).localAddress());
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("WRITING|TIMEOUT");
  }

  @EngineTest
  void aConnectCanBeCancelledByClosing(final Bases bases) {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(full(bases, base).localAddress());
    base.loop(EventBase.LOOP_NONBLOCK);
    client.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(recorded.events).isEmpty();
  }

  @EngineTest
  void aConnectThatIsUnderWayCanBeTakenOver(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final NetSocket socket = base.sockets().connect(listener(bases, base, accepted).address());
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect(null);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("CONNECTED");
  }

  @EngineTest
  void aSecondConnectIsRefusedWhileOneIsUnderWay(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final InetSocketAddress target = unused(base);
    client.connect(target);
    assertThatThrownBy(() -> client.connect(target))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in progress");
  }

  // ---- by name ----

  @EngineTest
  void aNameIsLookedUpAndConnectedTo(final Bases bases) {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final int port = ((InetSocketAddress) listener(bases, base, accepted).address()).getPort();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect("localhost", port);
    Streams.run(base, () -> !recorded.events.isEmpty());
    assertThat(recorded.events).containsExactly("CONNECTED");
    assertThat(client.dnsError()).isNull();
  }

  private static InetAddress address(final int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  @EngineTest
  void theNextAddressIsTriedWhenOneFails(final Bases bases) throws UnknownHostException {
    final EventBase base = bases.base();
    final List<NetSocket> accepted = new ArrayList<>();
    final int port = ((InetSocketAddress) listener(bases, base, accepted).address()).getPort();
    final List<InetAddress> addresses = List.of(address(9), address(8), address(1));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.output().add("kept");
    client.connect("several.test", port, answering(addresses, null));
    Streams.run(base, () -> !recorded.events.isEmpty() && client.output().isEmpty());
    assertThat(recorded.events).containsExactly("CONNECTED");
    assertThat(accepted).hasSize(1);
  }

  private static Resolver answering(final List<InetAddress> addresses, final Exception problem) {
    return (host, result) -> {
      result.resolved(addresses, problem);
      return null;
    };
  }

  @EngineTest
  void whenAllAddressesFailTheLastErrorIsReported(final Bases bases) throws UnknownHostException {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    final int port = unused(base).getPort();
    client.connect("dead.test", port, answering(List.of(address(9), address(1)), null));
    base.dispatch();
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.error()).isEqualTo(Errno.ECONNREFUSED);
    assertThat(client.dnsError()).isNull();
  }

  @EngineTest
  void aFailedLookUpIsAnErrorWithItsReason(final Bases bases) {
    final EventBase base = bases.base();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect("x.test", 80, answering(null, new UnknownHostException("x.test")));
    assertThat(recorded.events).isEmpty();
    base.dispatch();
    assertThat(recorded.events).containsExactly("ERROR");
    assertThat(client.dnsError()).isInstanceOf(UnknownHostException.class);
  }

  @EngineTest
  void theResolverOfTheConfigurationLooksUpUnlessAnotherIsGiven(final Bases bases) {
    final List<String> asked = new ArrayList<>();
    final Resolver resolver =
        (host, result) -> {
          asked.add(host);
          return answering(List.of(InetAddress.getLoopbackAddress()), null).resolve(host, result);
        };
    final EventBase base = bases.base(bases.config().resolver(resolver));
    assertThat(base.resolver()).isSameAs(resolver);
    final List<NetSocket> accepted = new ArrayList<>();
    final int port = ((InetSocketAddress) listener(bases, base, accepted).address()).getPort();
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, recorded::event);
    client.connect("by.configuration", port);
    Streams.run(base, () -> !recorded.events.isEmpty() && !accepted.isEmpty());
    assertThat(recorded.events).containsExactly("CONNECTED");
    final SocketBufferEvent other =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    other.connect("by.argument", port, (host, result) -> null);
    assertThat(asked).containsExactly("by.configuration");
  }

  @EngineTest
  void theDefaultResolverBelongsToItsBase(final Bases bases) {
    final EventBase base = bases.base();
    assertThat(base.resolver()).isSameAs(base.resolver()).isNotSameAs(bases.base().resolver());
    base.close();
    assertThatThrownBy(base::resolver)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("look a host up: the base is closed");
  }

  @EngineTest
  void closingCancelsTheLookUp(final Bases bases) {
    final EventBase base = bases.base();
    final List<Resolver.Result> asked = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    final SocketBufferEvent client =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, (s, what) -> cancelled.add("event"));
    client.connect(
        "slow.test",
        80,
        (host, result) -> {
          asked.add(result);
          return () -> cancelled.add("cancelled");
        });
    base.loop(EventBase.LOOP_NONBLOCK);
    client.close();
    assertThat(cancelled).containsExactly("cancelled");
    asked.get(0).resolved(List.of(InetAddress.getLoopbackAddress()), null);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(cancelled).containsExactly("cancelled");
  }

  @EngineTest
  void connectionDataAndEndComeInOrderInEachMixOfOptions(final Bases bases) {
    final int safe = BufferEvent.THREADSAFE;
    final int defer = BufferEvent.DEFER_CALLBACKS;
    for (final int options :
        new int[] {0, defer, safe, safe | defer, safe | defer | BufferEvent.UNLOCK_CALLBACKS}) {
      final EventBase base = bases.base();
      final ConnectionListener listener =
          Streams.serve(
              bases,
              base,
              options | BufferEvent.CLOSE_ON_FREE,
              stream -> {
                stream.write(new byte[1000]);
                stream.closeAfterFlush();
              });
      final List<List<String>> recorded = List.of(new ArrayList<>(), new ArrayList<>());
      for (final List<String> story : recorded) {
        final SocketBufferEvent client =
            bases.later(BufferEvent.socket(base, options | BufferEvent.CLOSE_ON_FREE));
        client.setCallbacks(
            s -> story.add("read"), null, (s, what) -> story.add(Streams.text(what)));
        client.setWatermarks(Event.READ, 1000, 0);
        client.enable(Event.READ);
        client.connect(listener.address());
      }
      Streams.run(base, () -> recorded.stream().allMatch(story -> story.contains("READING|EOF")));
      assertThat(recorded)
          .as("options %d", options)
          .allSatisfy(s -> assertThat(s).containsExactly("CONNECTED", "read", "READING|EOF"));
    }
  }

  @EngineTest
  void wrongArgumentsAreRefused(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent client = bases.later(BufferEvent.socket(base, 0));
    assertThatThrownBy(() -> client.connect("x", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.connect("x", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.connect(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> client.connect(InetSocketAddress.createUnresolved("x", 1)))
        .isInstanceOf(IllegalArgumentException.class);
    client.close();
  }
}
