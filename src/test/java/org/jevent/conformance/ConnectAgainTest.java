package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;

/** A stream connects again after a refusal; what cancels a look-up may throw. */
class ConnectAgainTest {
  private static ConnectionListener listener(final Bases bases, final EventBase base) {
    return bases.later(
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> bases.later(socket)));
  }

  @EngineTest
  void aStreamThatWasRefusedConnectsToAnotherAddress(final Bases bases) {
    final EventBase base = bases.base();
    final ConnectionListener gone = listener(bases, base);
    final SocketAddress refusing = gone.address();
    gone.close();
    Streams.runFor(base, 10);
    final ConnectionListener there = listener(bases, base);
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    final Streams.EventRecorder recorded = new Streams.EventRecorder();
    stream.setCallbacks(
        null,
        null,
        (self, what) -> {
          recorded.event(self, what);
          if (what == BufferEvent.ERROR) {
            ((SocketBufferEvent) self)
                .connect(recorded.events.size() < 3 ? refusing : there.address());
          }
        });
    stream.write(new byte[5]);
    stream.connect(refusing);
    Streams.run(base, () -> recorded.events.contains("CONNECTED"));
    assertThat(recorded.events).containsExactly("ERROR", "ERROR", "ERROR", "CONNECTED");
    Streams.run(base, () -> stream.output().isEmpty());
  }

  private static void cannotBeCancelled(final SocketBufferEvent stream) {
    stream.connect(
        "host",
        80,
        (host, callback) ->
            () -> {
              throw new IllegalStateException("oops");
            });
  }

  /** The end of the output was asked for before there was a connection. */
  @EngineTest
  void theOutputEndsAtTheAddressThatAnswers(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final ConnectionListener there = listener(bases, base);
    final int port = ((InetSocketAddress) there.address()).getPort();
    final InetAddress refusing = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    final List<String> served = new ArrayList<>();
    there.setCallback(
        (self, socket, peer) -> {
          final BufferEvent server =
              bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE));
          server.setCallbacks(
              null,
              null,
              (each, what) -> served.add(each.input().length() + " " + Streams.text(what)));
          server.enable(Event.READ);
        });
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
    stream.write(new byte[5]);
    stream.connect(
        "two addresses",
        port,
        (host, result) -> {
          result.resolved(List.of(refusing, InetAddress.getLoopbackAddress()), null);
          return null;
        });
    stream.shutdownOutput();
    Streams.run(base, () -> !served.isEmpty());
    assertThat(served).containsExactly("5 READING|EOF");
  }

  @EngineTest
  void aStreamThatIsGivenASocketDuringALookUpUsesIt(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent stream = bases.later(BufferEvent.socket(base, 0));
    stream.enable(Event.READ);
    stream.connect("host", 80, (host, callback) -> () -> {});
    final NetSocket[] pair = bases.pair(base);
    stream.setHandle(pair[0]);
    final SocketBufferEvent other = bases.later(BufferEvent.socket(base, pair[1], 0));
    other.enable(Event.READ);
    stream.write(new byte[3]);
    other.write(new byte[4]);
    Streams.run(base, () -> other.input().length() == 3 && stream.input().length() == 4);
  }

  @EngineTest
  void aLookUpThatCannotBeCancelledDoesNotKeepItOpen(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent stream =
        bases.later(BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE));
    cannotBeCancelled(stream);
    stream.close();
    assertThat(pair[0].isOpen()).isFalse();
    assertThat(bases.exceptions).hasSize(1);
  }

  @EngineTest
  void aLookUpThatCannotBeCancelledDoesNotKeepItsSocket(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent stream = bases.later(BufferEvent.socket(base, 0));
    cannotBeCancelled(stream);
    final NetSocket[] pair = bases.pair(base);
    stream.setHandle(pair[0]);
    assertThat(stream.handle()).isSameAs(pair[0]);
    assertThat(bases.exceptions).hasSize(1);
    final SocketBufferEvent other = bases.later(BufferEvent.socket(base, pair[1], 0));
    other.enable(Event.READ);
    stream.write(new byte[3]);
    Streams.run(base, () -> other.input().length() == 3);
    assertThat(List.of(stream.isClosed(), other.isClosed())).containsOnly(false);
  }

  @EngineTest
  void theSameSocketIsNoOther(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] ends = Streams.tcp(bases, base, BufferEvent.CLOSE_ON_FREE);
    ends[0].enable(Event.READ);
    ends[1].enable(Event.READ);
    ends[0].write(new byte[3]);
    Streams.run(base, () -> ends[1].input().length() == 3);
    ends[0].replaceHandle(ends[0].handle());
    ends[0].write(new byte[4]);
    ends[1].write(new byte[5]);
    Streams.run(base, () -> ends[1].input().length() == 7 && ends[0].input().length() == 5);
  }
}
