package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.TestSystem;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;
import org.junit.jupiter.api.io.TempDir;

/** TLS streams and what becomes of their sockets. */
class TlsSocketsTest {
  private static final int STEP = 16 * 1024;

  private final List<String> events = new ArrayList<>();

  private SocketBufferEvent client(final Bases bases, final EventBase base) {
    final SocketBufferEvent client =
        bases.later(Tls.socket(base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
    Tls.of(client).peer("localhost", -1);
    client.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    client.enable(Event.READ | Event.WRITE);
    return client;
  }

  private BufferEvent server(final Bases bases, final EventBase base, final NetSocket socket) {
    final BufferEvent server =
        bases.later(
            Tls.socket(
                base,
                socket,
                TlsKit.SUN_13.localhost(),
                Tls.State.ACCEPTING,
                BufferEvent.CLOSE_ON_FREE));
    server.enable(Event.READ | Event.WRITE);
    return server;
  }

  /** Each connect has its event, and one that succeeds at last begins from the beginning. */
  @EngineTest
  void connectsUntilOneSucceeds(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent client = client(bases, base);
    client.write(TlsKit.bytes("kept"));
    final ConnectionListener gone = Streams.serve(bases, base, 0, accepted -> {});
    final SocketAddress nowhere = gone.address();
    gone.close();
    for (int i = 1; i <= 3; i++) {
      client.connect(nowhere);
      final int wanted = i;
      Streams.run(base, () -> events.size() == wanted);
      assertThat(events.get(i - 1)).isEqualTo("ERROR");
    }
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent server = server(bases, base, pair[1]);
    client.replaceHandle(pair[0]);
    Streams.run(base, () -> server.input().length() == 4);
    assertThat(events).containsExactly("ERROR", "ERROR", "ERROR", "CONNECTED");
    client.shutdownOutput();
    server.shutdownOutput();
    Streams.run(base, () -> events.size() == 5);
    assertThat(events).endsWith("READING|EOF");
  }

  /** Its certificate would be compared with the name of another server. */
  @EngineTest
  void theNameOfAFormerConnectIsNotThatOfTheNext(final Bases bases, @TempDir final Path folder) {
    final EventBase base = bases.base();
    final ConnectionListener gone = Streams.serve(bases, base, 0, accepted -> {});
    final int nowhere = ((InetSocketAddress) gone.address()).getPort();
    gone.close();
    final SocketBufferEvent given = nameless(bases, base, nowhere);
    final NetSocket[] pair = bases.pair(base);
    bases.later(BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE));
    given.replaceHandle(pair[0]);
    isNotCompared(base, given);
    TestSystem.notUnderWine("there are no Unix domain sockets");
    final Path path = folder.resolve("socket");
    final List<BufferEvent> accepted = new ArrayList<>();
    bases.later(
        ConnectionListener.bind(
            base,
            UnixDomainSocketAddress.of(path),
            ConnectionListener.CLOSE_ON_FREE,
            1,
            (self, socket, peer) ->
                accepted.add(
                    bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)))));
    final SocketBufferEvent local = nameless(bases, base, nowhere);
    local.connect(UnixDomainSocketAddress.of(path));
    isNotCompared(base, local);
    Streams.run(base, () -> !accepted.isEmpty());
  }

  /** A client whose connect by name has failed. */
  private SocketBufferEvent nameless(final Bases bases, final EventBase base, final int port) {
    final SocketBufferEvent client =
        bases.later(Tls.socket(base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
    client.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    client.enable(Event.READ | Event.WRITE);
    client.connect("localhost", port);
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly("ERROR");
    events.clear();
    return client;
  }

  private void isNotCompared(final EventBase base, final SocketBufferEvent client) {
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly("ERROR");
    assertThat(Tls.of(client).error().kind()).isEqualTo(TlsError.Kind.HOSTNAME);
    assertThat(Tls.of(client).serverName()).isNull();
    events.clear();
  }

  /** Bytes of one connection mean nothing on another. */
  @EngineTest
  void aConnectionThatHasBegunKeepsItsSocket(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent client = client(bases, base);
    client.setHandle(pair[0]);
    final BufferEvent server = server(bases, base, pair[1]);
    client.write(TlsKit.bytes("one"));
    Streams.run(base, () -> server.input().length() == 3);
    final NetSocket other = bases.pair(base)[0];
    assertThatThrownBy(() -> client.setHandle(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("setHandle")
        .hasMessageContaining("another stream");
    assertThatThrownBy(() -> client.replaceHandle(other)).isInstanceOf(IllegalStateException.class);
    client.setHandle(client.handle());
    client.write(TlsKit.bytes("two"));
    Streams.run(base, () -> server.input().length() == 6);
    client.setHandle(null);
    assertThat(client.handle()).isNull();
    assertThatThrownBy(() -> client.connect("localhost", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("begun its handshake");
    pair[0].close();
  }

  /** A socket that is taken away does not take the limit of a handshake with it. */
  @EngineTest
  void aHandshakeWithoutItsSocketTimesOut(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final SocketBufferEvent client = client(bases, base);
    Tls.of(client).handshakeTimeout(Duration.ofMillis(50));
    client.setHandle(pair[0]);
    base.loop(EventBase.LOOP_NONBLOCK);
    client.setHandle(null);
    final SocketAddress anywhere = new InetSocketAddress("127.0.0.1", 1);
    assertThatThrownBy(() -> client.connect(anywhere)).isInstanceOf(IllegalStateException.class);
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly("TIMEOUT");
    assertThatThrownBy(() -> client.connect(anywhere)).isInstanceOf(IllegalStateException.class);
  }

  /** What was asked for before a connect that failed holds for the next one. */
  @EngineTest
  void anEndThatWasAskedForOutlivesAConnectThatFails(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> heard = new ArrayList<>();
    final ConnectionListener listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) ->
                    server(bases, base, socket)
                        .setCallbacks(null, null, (end, what) -> heard.add(Streams.text(what)))));
    final ConnectionListener gone = Streams.serve(bases, base, 0, accepted -> {});
    final SocketAddress nowhere = gone.address();
    gone.close();
    final SocketBufferEvent client = client(bases, base);
    client.write(TlsKit.bytes("all"));
    client.shutdownOutput();
    client.connect(nowhere);
    Streams.run(base, () -> !events.isEmpty());
    client.connect(listener.address());
    Streams.run(base, () -> heard.contains("READING|EOF"));
    assertThat(events).startsWith("ERROR", "CONNECTED");
  }

  /** The same where the socket is that of a stream below, seen through a filter. */
  @EngineTest
  void aStreamBelowKeepsItsSocket(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent[] filters =
        new BufferEvent[] {
          BufferEvent.filter(below[0], null, null, BufferEvent.CLOSE_ON_FREE),
          BufferEvent.filter(below[1], null, null, BufferEvent.CLOSE_ON_FREE)
        };
    final NetSocket other = bases.pair(base)[0];
    final TlsKit.Ends ends = TlsKit.over(bases, filters[0], filters[1], TlsKit.SUN_13);
    ends.open(base);
    assertThatThrownBy(() -> below[0].setHandle(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("begun its handshake");
  }

  /** A filter begins anew with the connection below. */
  @EngineTest
  void aFilterOnAnotherSocket(final Bases bases) {
    final EventBase base = bases.base();
    final SocketBufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent filter =
        bases.later(BufferEvent.filter(below[0], null, null, BufferEvent.CLOSE_ON_FREE));
    filter.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
    filter.enable(Event.READ | Event.WRITE);
    filter.shutdownOutput();
    below[1].close();
    Streams.run(base, () -> !events.isEmpty());
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent far = bases.later(BufferEvent.socket(base, pair[1], 0));
    far.setCallbacks(null, null, (self, what) -> events.add("far " + Streams.text(what)));
    far.enable(Event.READ);
    below[0].replaceHandle(pair[0]);
    below[0].enable(Event.READ | Event.WRITE);
    filter.enable(Event.READ | Event.WRITE);
    events.clear();
    filter.write(TlsKit.bytes("again"));
    Streams.run(base, () -> far.input().length() == 5);
    assertThat(events).isEmpty();
    filter.shutdownOutput();
    Streams.run(base, () -> !events.isEmpty());
    assertThat(events).containsExactly("far READING|EOF");
    far.close();
    pair[1].close();
  }

  /** The bytes before an end that was asked for are lost, which the program has to know. */
  @TlsEngineTest
  void outputThatIsLostBehindItsEnd(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final TlsKit.Ends ends = TlsKit.over(bases, below[0], below[1], kind);
    ends.open(base);
    Streams.runFor(base, 20);
    below[1].disable(Event.READ); // what is unread when it closes makes the system reset
    ends.client.write(new byte[STEP]);
    Streams.run(base, () -> below[0].output().length() == 0 && ends.client.output().length() == 0);
    below[0].disable(Event.WRITE);
    ends.client.write(new byte[STEP]);
    ends.client.shutdownOutput();
    Streams.run(base, () -> ends.client.output().length() == 0);
    ends.server.close();
    Streams.run(base, ends.server::isClosed);
    Streams.runFor(base, 20);
    below[0].enable(Event.WRITE);
    Streams.run(base, () -> ends.clientEvents.contains("WRITING|ERROR"));
  }

  /** A message may come in many records, and is one negotiation. */
  @EngineTest
  void aNegotiationInManyRecordsIsOne(final Bases bases) {
    final EventBase base = bases.base();
    final TlsContext server =
        TlsKit.made(
            () ->
                TlsKit.SUN_12
                    .server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .peerRenegotiations(1)
                    .build());
    final SSLEngine engine =
        TlsKit.SUN_12.trusting().sslContext().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    final SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.2"});
    parameters.setMaximumPacketSize(1000); // as long as the longest of the server's
    parameters.setApplicationProtocols(
        IntStream.range(0, 10).mapToObj(i -> i + "x".repeat(200)).toArray(String[]::new));
    engine.setSSLParameters(parameters);
    final NetSocket[] pair = bases.pair(base);
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            bases.later(
                Tls.socket(base, pair[0], engine, Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE)),
            bases.later(
                Tls.socket(base, pair[1], server, Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE)));
    ends.open(base);
    Tls.of(ends.client).renegotiate();
    ends.client.write(TlsKit.bytes("after"));
    Streams.run(base, () -> ends.server.input().length() == 5 || !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents)
        .as("%s %s", Tls.of(ends.server).error(), Tls.of(ends.client).error())
        .isEmpty();
    Tls.of(ends.client).renegotiate();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(TlsError.Kind.RENEGOTIATION);
  }
}
