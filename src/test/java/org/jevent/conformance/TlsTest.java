package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsError;

/** TLS as the tests of libevent use it ({@code regress_ssl.c}): both ends, sockets and filters. */
class TlsTest {
  private static final int LAST = 1001;

  /** Each end reads a number, and answers with the next. */
  private static void pingPong(final EventBase base, final TlsKit.Ends ends) {
    final int[] reached = new int[1];
    final BufferEvent.DataCallback answer =
        self -> {
          while (self.input().length() >= 4) {
            final byte[] bytes = new byte[4];
            self.read(bytes);
            final int number = ByteBuffer.wrap(bytes).getInt();
            reached[0] = number;
            if (number < LAST) {
              self.write(ByteBuffer.allocate(4).putInt(number + 1).array());
            }
          }
        };
    ends.client.setCallbacks(answer, null, ends.client.eventCallback());
    ends.server.setCallbacks(answer, null, ends.server.eventCallback());
    ends.client.write(ByteBuffer.allocate(4).putInt(1).array());
    Streams.run(base, 30, () -> reached[0] == LAST);
    assertThat(ends.clientEvents).containsExactly("CONNECTED");
    assertThat(ends.serverEvents).containsExactly("CONNECTED");
  }

  @TlsEngineTest
  void pingPongOverSockets(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    pingPong(base, TlsKit.ends(bases, base, kind.trusting(), kind.localhost()));
  }

  @TlsEngineTest
  void pingPongOverFilters(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    pingPong(base, TlsKit.filters(bases, base, kind));
  }

  @TlsEngineTest
  void pingPongOverAPairInMemory(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(pair[0]);
    bases.later(pair[1]);
    pingPong(base, TlsKit.over(bases, pair[0], pair[1], kind));
  }

  @TlsEngineTest
  void pingPongOverTls(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends outer = TlsKit.open(bases, base, kind);
    pingPong(base, TlsKit.over(bases, outer.client, outer.server, kind));
  }

  @TlsEngineTest
  void connectsByNameAndAccepts(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final List<String> served = new ArrayList<>();
    final var listener =
        bases.later(
            ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> {
                  final SocketBufferEvent accepted =
                      bases.later(
                          Tls.socket(
                              base,
                              socket,
                              kind.localhost(),
                              Tls.State.ACCEPTING,
                              BufferEvent.CLOSE_ON_FREE));
                  accepted.setCallbacks(
                      stream ->
                          stream.write(TlsKit.bytes(TlsKit.text(stream).toUpperCase(Locale.ROOT))),
                      null,
                      (stream, what) -> served.add(Streams.text(what)));
                  accepted.enable(Event.READ);
                }));
    final SocketBufferEvent client =
        bases.later(Tls.socket(base, kind.trusting(), BufferEvent.CLOSE_ON_FREE));
    final List<String> seen = new ArrayList<>();
    client.setCallbacks(null, null, (self, what) -> seen.add(Streams.text(what)));
    client.enable(Event.READ);
    client.write(TlsKit.bytes("before the connect"));
    client.connect("localhost", ((InetSocketAddress) listener.address()).getPort());
    Streams.run(base, () -> client.input().length() == 18 || seen.size() > 1);
    assertThat(TlsKit.text(client)).isEqualTo("BEFORE THE CONNECT");
    assertThat(seen).containsExactly("CONNECTED");
    final Tls tls = Tls.of(client);
    assertThat(tls.serverName()).isEqualTo("localhost");
    assertThat(tls.session().getProtocol()).isEqualTo(kind.protocol());
    assertThat(client.underlying()).isNull();
    assertThat(client.handle()).isNotNull();
    client.closeAfterFlush();
    Streams.run(base, () -> served.size() == 2);
    assertThat(served).containsExactly("CONNECTED", "READING|EOF");
    assertThat(client.isClosed()).isTrue();
  }

  @TlsEngineTest
  void manyBytesBothWays(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    final byte[] there = new byte[3_000_001];
    final byte[] back = new byte[2_000_003];
    new Random(1).nextBytes(there);
    new Random(2).nextBytes(back);
    ends.client.write(there);
    ends.server.write(back);
    Streams.run(
        base,
        30,
        () ->
            ends.server.input().length() == there.length
                && ends.client.input().length() == back.length);
    final byte[] came = new byte[there.length];
    ends.server.read(came);
    assertThat(Arrays.equals(came, there)).isTrue();
    final byte[] cameBack = new byte[back.length];
    ends.client.read(cameBack);
    assertThat(Arrays.equals(cameBack, back)).isTrue();
  }

  @TlsEngineTest
  void closeSendsCloseNotify(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.open(bases, base, kind);
    ends.client.write(TlsKit.bytes("last words"));
    Streams.run(base, () -> ends.server.input().length() == 10);
    ends.client.close();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|EOF");
    assertThat(Tls.of(ends.server).error()).isNull();
  }

  @TlsEngineTest
  void anEndWithoutCloseNotifyIsAnError(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final NetSocket[] pair = bases.pair(base);
    final BufferEvent plain = bases.later(BufferEvent.socket(base, pair[0], 1));
    final BufferEvent client =
        bases.later(Tls.filter(plain, kind.trusting(), Tls.State.CONNECTING, 0));
    Tls.of(client).peer("localhost", -1);
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            client,
            bases.later(Tls.socket(base, pair[1], kind.localhost(), Tls.State.ACCEPTING, 1)));
    ends.open(base);
    final SSLEngine engine = Tls.of(ends.client).engine();
    ends.client.close();
    plain.close();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("READING|ERROR");
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(TlsError.Kind.TRUNCATED);
    TlsKit.release(engine);
  }
}
