package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientConnection;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpClientStreamFactory;
import org.jevent.http.HttpException.Kind;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpStreamFactory;
import org.jevent.http.HttpUri;
import org.jevent.tls.Tls;

/** Streams that the program makes for the connections of a client. */
class HttpClientStreamsTest {
  /** What is between the ends is no text. */
  private static final StreamFilter MASK =
      (source, target, limit, mode) -> {
        final int length = (int) (limit < 0 ? source.length() : Math.min(limit, source.length()));
        final byte[] bytes = source.readBytes(length);
        for (int i = 0; i < length; i++) {
          bytes[i] ^= 0x55;
        }
        target.add(bytes);
        return StreamFilter.Result.OK;
      };

  private static BufferEvent masked(final BufferEvent below) {
    return BufferEvent.filter(below, MASK, MASK, BufferEvent.CLOSE_ON_FREE);
  }

  private static final HttpStreamFactory MASKED =
      (loop, socket) -> masked(BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE));

  private static final HttpStreamFactory MASKED_TLS =
      (loop, socket) ->
          Tls.filter(
              MASKED.stream(loop, socket),
              TlsKit.SUN_13.localhost(),
              Tls.State.ACCEPTING,
              BufferEvent.CLOSE_ON_FREE);

  private static int bind(final HttpServer server, final HttpStreamFactory factory) {
    return ((java.net.InetSocketAddress) server.bind(Streams.ANY_PORT, factory, 0).address())
        .getPort();
  }

  private static HttpClient.Builder builder(
      final EventBase base, final HttpClientStreamFactory factory) {
    return HttpClient.builder(base).streamFactory(factory).tls(TlsKit.SUN_13.trusting());
  }

  @EngineTest
  void aFilterAboveTheSocket(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200, "hello")));
    final int plain = bind(kit.server, MASKED);
    final int secure = bind(kit.server, MASKED_TLS);
    final List<SocketBufferEvent> sockets = new ArrayList<>();
    final HttpClient client =
        bases.later(
            builder(
                    kit.base,
                    socket -> {
                      sockets.add(socket);
                      return masked(socket);
                    })
                .build());
    for (int i = 0; i < 2; i++) {
      for (final String uri :
          new String[] {"http://127.0.0.1:" + plain + "/", "https://localhost:" + secure + "/"}) {
        final HttpResults.Result result =
            HttpResults.run(kit.base, client.request("PUT", uri).body(new byte[500_000]));
        assertThat(result.kind()).as(uri).isEqualTo("200");
        assertThat(result.text).isEqualTo("hello");
        assertThat(result.call.request().uri()).hasToString(uri);
      }
    }
    assertThat(sockets).as("one for each connection").hasSize(2);
    client.close();
    assertThat(sockets).allMatch(BufferEvent::isClosed);
    Streams.run(kit.base, () -> kit.server.connections() == 0);
    assertThat(bases.exceptions).isEmpty();
  }

  /** The stream leads to the proxy, which is asked for a tunnel over it. */
  @EngineTest
  void aFilterBeforeAProxy(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, exchange.target()));
    final int secure =
        bind(
            kit.server,
            (loop, socket) ->
                Tls.socket(
                    loop,
                    socket,
                    TlsKit.SUN_13.localhost(),
                    Tls.State.ACCEPTING,
                    BufferEvent.CLOSE_ON_FREE));
    final HttpServer proxy = bases.later(new HttpServer(kit.base));
    final List<String> asked = new ArrayList<>();
    proxy.onConnect(
        exchange -> {
          asked.add(exchange.target());
          final SocketBufferEvent far =
              bases.later(BufferEvent.socket(kit.base, BufferEvent.CLOSE_ON_FREE));
          far.connect("127.0.0.1", secure);
          final BufferEvent near = bases.later(exchange.takeOver(null));
          near.pipeTo(far);
          far.pipeTo(near);
        });
    final int port = bind(proxy, MASKED);
    final HttpClient client =
        bases.later(
            builder(kit.base, HttpClientStreamsTest::masked)
                .proxy(uri -> HttpUri.parse("http://127.0.0.1:" + port))
                .build());
    final HttpResults.Result result =
        HttpResults.run(kit.base, client.get("https://localhost:" + secure + "/x"));
    assertThat(result.kind()).isEqualTo("200");
    assertThat(result.text).isEqualTo("/x");
    assertThat(asked).containsExactly("localhost:" + secure);
  }

  /** TLS of the program's is below a URI of http; what fails there is no failure of the connect. */
  @EngineTest
  void tlsOfTheProgram(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "hello"));
    final int port =
        bind(
            kit.server,
            (loop, socket) ->
                Tls.socket(
                    loop,
                    socket,
                    TlsKit.SUN_13.localhost(),
                    Tls.State.ACCEPTING,
                    BufferEvent.CLOSE_ON_FREE));
    for (final String name : new String[] {"localhost", "other.test"}) {
      final HttpClient client =
          bases.later(
              builder(
                      kit.base,
                      socket -> {
                        final BufferEvent made =
                            Tls.filter(
                                socket,
                                TlsKit.SUN_13.trusting(),
                                Tls.State.CONNECTING,
                                BufferEvent.CLOSE_ON_FREE);
                        Tls.of(made).peer(name, -1);
                        return made;
                      })
                  .build());
      final HttpResults.Result result =
          HttpResults.run(kit.base, client.get("http://127.0.0.1:" + port + "/"));
      assertThat(result.kind()).isEqualTo(name.equals("localhost") ? "200" : "TLS CONNECT");
    }
  }

  @EngineTest
  void connectsThatFail(final Bases bases) {
    final EventBase base = bases.base();
    final List<SocketBufferEvent> sockets = new ArrayList<>();
    final HttpClient client =
        bases.later(
            builder(
                    base,
                    socket -> {
                      sockets.add(socket);
                      return masked(socket);
                    })
                .build());
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    peer.stop();
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind())
        .isEqualTo("CONNECT CONNECT");
    final HttpClient nameless =
        bases.later(
            builder(base, HttpClientStreamsTest::masked)
                .resolver(
                    (host, result) -> {
                      result.resolved(
                          List.of(), new java.net.UnknownHostException("there is no " + host));
                      return null;
                    })
                .build());
    assertThat(HttpResults.run(base, nameless.get("http://none.test/")).kind())
        .isEqualTo("DNS CONNECT");
    assertThat(sockets).hasSize(1).allMatch(BufferEvent::isClosed);
  }

  /** A factory that throws, or gives what cannot be used, ends the call and leaves no socket. */
  @EngineTest
  void factoriesThatFail(final Bases bases) {
    final EventBase base = bases.base();
    final EventBase other = bases.base();
    final List<SocketBufferEvent> sockets = new ArrayList<>();
    final List<HttpClientStreamFactory> factories =
        List.of(
            socket -> {
              throw new IllegalStateException("on purpose");
            },
            socket -> null,
            socket -> bases.later(BufferEvent.socket(other, BufferEvent.CLOSE_ON_FREE)),
            socket -> {
              socket.close();
              return socket;
            });
    for (final HttpClientStreamFactory each : factories) {
      final HttpClient client =
          bases.later(
              builder(
                      base,
                      socket -> {
                        sockets.add(socket);
                        return each.stream(socket);
                      })
                  .build());
      final HttpResults.Result result = HttpResults.run(base, client.get("http://127.0.0.1:1/"));
      assertThat(result.problem.kind()).isEqualTo(Kind.CONNECT);
      assertThat(result.problem.getCause()).isNotNull();
      assertThat(client.connections()).isZero();
    }
    assertThat(sockets).hasSize(factories.size()).allMatch(BufferEvent::isClosed);
  }

  /** Streams that the program has given are not the client's to close. */
  @EngineTest
  void streamsOfTheProgramStayOpen(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "hello"));
    final HttpClient client =
        bases.later(
            HttpClient.builder(kit.base)
                .limits(HttpClientLimits.DEFAULT.withIdle(1, Duration.ofSeconds(60)))
                .build());
    final String uri = "http://127.0.0.1:" + kit.address.getPort() + "/";
    assertThat(HttpResults.run(kit.base, client.get(uri)).kind()).isEqualTo("200");
    final List<HttpClientConnection> given = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      final BufferEvent[] ends = BufferEvent.pair(kit.base, BufferEvent.CLOSE_ON_FREE);
      bases.later(ends[0]);
      kit.server.serve(ends[0]);
      given.add(client.over(bases.later(ends[1])));
    }
    assertThat(client.idleConnections()).as("of the client").isEqualTo(1);
    assertThat(client.connections()).isEqualTo(5);
    client.closeIdle();
    assertThat(client.connections()).isEqualTo(4);
    for (final HttpClientConnection each : given) {
      for (int i = 0; i < 2; i++) {
        assertThat(HttpResults.run(kit.base, each.request("GET", "http://a/")).text)
            .isEqualTo("hello");
      }
      each.close();
    }
    assertThat(client.connections()).isZero();
  }
}
