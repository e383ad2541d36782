package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpUri;
import org.jevent.tls.Tls;

/** Proxies, TLS, and streams that the program takes over. */
class HttpProxyTest {
  private static HttpClient through(
      final Bases bases, final EventBase base, final HttpPeer proxy, final String user) {
    final HttpUri uri = HttpUri.parse(proxy.uri("")).withUserInfo(user);
    return bases.later(
        HttpClient.builder(base)
            .proxy(target -> "direct.test".equals(target.host()) ? null : uri)
            .tls(TlsKit.SUN_13.trusting())
            .followRedirects(3)
            .build());
  }

  @EngineTest
  void absoluteTargets(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = through(bases, base, proxy, "me:pass%20word");
    assertThat(HttpResults.run(base, client.get("http://one.test/a?b")).kind()).isEqualTo("200");
    assertThat(HttpResults.run(base, client.get("http://two.test:81")).kind()).isEqualTo("200");
    assertThat(proxy.requests.get(0))
        .isEqualTo(
            "GET http://one.test/a?b HTTP/1.1\r\nhost: one.test\r\n"
                + "proxy-authorization: Basic bWU6cGFzcyB3b3Jk\r\n\r\n");
    assertThat(proxy.requests.get(1))
        .startsWith("GET http://two.test:81/ HTTP/1.1\r\nhost: two.test:81\r\n");
    assertThat(proxy.connections).as("one proxy, whatever the hosts").hasSize(1);
  }

  /** A proxy that opens tunnels to one place. */
  static HttpPeer tunnels(
      final Bases bases, final EventBase base, final int port, final String answer) {
    return new HttpPeer(
        bases,
        base,
        (on, request) -> {
          if (request.startsWith("CONNECT")) {
            final SocketBufferEvent far =
                bases.later(BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE));
            far.setCallbacks(
                null,
                null,
                (self, what) -> {
                  if ((what & BufferEvent.CONNECTED) != 0) {
                    on.say(answer);
                    on.stream.pipeTo(far);
                    far.pipeTo(on.stream);
                  }
                });
            far.connect("127.0.0.1", port);
          }
        });
  }

  /** A server of HTTP over TLS. */
  private static int secure(
      final Bases bases, final EventBase base, final HttpPeer peer, final TlsKit.Kind kind) {
    final var listener =
        bases.later(
            org.jevent.endpoint.ConnectionListener.bind(
                base,
                Streams.ANY_PORT,
                org.jevent.endpoint.ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, from) ->
                    peer.take(
                        bases.later(
                            Tls.socket(
                                base,
                                socket,
                                kind.localhost(),
                                Tls.State.ACCEPTING,
                                BufferEvent.CLOSE_ON_FREE)))));
    return ((java.net.InetSocketAddress) listener.address()).getPort();
  }

  @EngineTest
  void tunnelsForHttps(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer origin = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final int port = secure(bases, base, origin, TlsKit.SUN_13);
    final HttpPeer proxy =
        tunnels(bases, base, port, "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 yes\r\nA: b\r\n\r\n");
    final HttpClient client = through(bases, base, proxy, "me:secret");
    for (int i = 0; i < 2; i++) {
      final HttpResults.Result result =
          HttpResults.run(base, client.get("https://localhost:" + port + "/x"));
      assertThat(result.problem).isNull();
      assertThat(result.text).isEqualTo("ok");
    }
    assertThat(proxy.requests).hasSize(1);
    assertThat(proxy.requests.get(0))
        .startsWith("CONNECT localhost:" + port + " HTTP/1.1\r\nhost: localhost:" + port + "\r\n")
        .contains("proxy-authorization: Basic ");
    assertThat(origin.requests).hasSize(2);
    assertThat(origin.requests.get(0)).startsWith("GET /x ").doesNotContain("proxy");
    assertThat(origin.connections).hasSize(1);
  }

  @EngineTest
  void tunnelsThatAreRefused(final Bases bases) {
    final EventBase base = bases.base();
    for (final String answer :
        new String[] {
          "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 502 No\r\nContent-Length: 100\r\n\r\n",
          "HTTP/1.0 302 Elsewhere\r\nLocation: http://other.test/\r\n\r\n",
        }) {
      final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> on.say(answer));
      final HttpClient client = through(bases, base, proxy, null);
      final HttpResults.Result result = HttpResults.run(base, client.get("https://one.test/"));
      assertThat(result.kind()).isEqualTo("PROXY CONNECT");
      assertThat(result.call.proxyStatus()).isEqualTo(Integer.parseInt(answer.substring(9, 12)));
      assertThat(result.problem).hasMessageContaining(answer.substring(9, 12));
      assertThat(result.problem.proxyStatus()).isEqualTo(result.call.proxyStatus());
      assertThat(result.problem.proxyHeaders().first("proxy-authenticate"))
          .isEqualTo(answer.contains("407") ? "Basic realm=x" : null);
      assertThat(proxy.requests).hasSize(1);
      assertThat(proxy.requests.get(0)).doesNotContain("authorization");
      assertThat(client.connections()).isZero();
    }
    final HttpPeer closes = new HttpPeer(bases, base, (on, request) -> on.close());
    final HttpResults.Result closed =
        HttpResults.run(base, through(bases, base, closes, null).get("https://one.test/"));
    assertThat(closed.kind()).isEqualTo("PROXY CONNECT");
    assertThat(closed.problem.proxyStatus()).isZero();
    assertThat(closed.problem.proxyHeaders().size()).isZero();
    final HttpPeer babbles = new HttpPeer(bases, base, (on, request) -> on.say("no\r\n\r\n"));
    assertThat(
            HttpResults.run(base, through(bases, base, babbles, null).get("https://one.test/"))
                .kind())
        .isEqualTo("MALFORMED CONNECT");
  }

  /** A 407 to an absolute target is a response like any other. */
  @EngineTest
  void anAbsoluteTargetThatIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> on.answer(407, "who"));
    final HttpClient client = through(bases, base, proxy, null);
    assertThat(HttpResults.run(base, client.get("http://one.test/")).kind()).isEqualTo("407");
  }

  @EngineTest
  void aChoiceThatIsNone(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client =
        bases.later(HttpClient.builder(base).proxy(uri -> HttpUri.parse("socks://a:1")).build());
    assertThatThrownBy(() -> client.get("http://a/").send((response, problem) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- TLS ----

  @EngineTest
  void https(final Bases bases) {
    final EventBase base = bases.base();
    for (final TlsKit.Kind kind : new TlsKit.Kind[] {TlsKit.SUN_12, TlsKit.SUN_13}) {
      final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
      final int port = secure(bases, base, peer, kind);
      final HttpClient client = bases.later(HttpClient.builder(base).tls(kind.trusting()).build());
      for (int i = 0; i < 3; i++) {
        final HttpResults.Result result =
            HttpResults.run(base, client.get("https://localhost:" + port + "/"));
        assertThat(result.problem).isNull();
        assertThat(result.text).isEqualTo("ok");
      }
      final byte[] large = new byte[3 << 20];
      assertThat(
              HttpResults.run(
                      base, client.request("PUT", "https://localhost:" + port + "/").body(large))
                  .kind())
          .isEqualTo("200");
      assertThat(peer.connections).hasSize(1);
      client.close();
      Streams.run(base, () -> peer.connections.get(0).ended);
    }
  }

  @EngineTest
  void certificatesAreChecked(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final int port = secure(bases, base, peer, TlsKit.SUN_13);
    final HttpClient strangers = bases.later(new HttpClient(base));
    final HttpResults.Result unknown =
        HttpResults.run(base, strangers.get("https://localhost:" + port + "/"));
    assertThat(unknown.kind()).isEqualTo("TLS TLS");
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .tls(TlsKit.SUN_13.trusting())
                .resolver(
                    (host, result) -> {
                      result.resolved(List.of(java.net.InetAddress.getLoopbackAddress()), null);
                      return null;
                    })
                .build());
    final HttpResults.Result wrong =
        HttpResults.run(base, client.get("https://other.test:" + port + "/"));
    assertThat(wrong.kind()).isEqualTo("TLS TLS");
    assertThat(wrong.problem).hasMessageContaining("HOSTNAME");
    assertThat(peer.requests).isEmpty();
  }

  /** An end without close_notify: what has no announced end may have lost bytes. */
  @EngineTest
  void truncation(final Bases bases) {
    final EventBase base = bases.base();
    for (final String head :
        new String[] {
          "HTTP/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
        }) {
      for (final boolean polite : new boolean[] {false, true}) {
        final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(head + "hello"));
        final int port = secure(bases, base, peer, TlsKit.SUN_13);
        final HttpClient client =
            bases.later(HttpClient.builder(base).tls(TlsKit.SUN_13.trusting()).build());
        final HttpResults.Result result =
            HttpResults.send(client.get("https://localhost:" + port + "/"));
        Streams.run(base, () -> peer.requests.size() == 1);
        Streams.runFor(base, 30);
        if (polite) {
          peer.connections.get(0).stream.closeAfterFlush();
        } else {
          ((SocketBufferEvent) peer.connections.get(0).stream).handle().shutdownOutput();
        }
        Streams.run(base, result::isOver);
        if (head.contains(":")) {
          assertThat(result.kind()).as(head + polite).isEqualTo("CUT BODY");
        } else {
          assertThat(result.kind()).isEqualTo("200");
          assertThat(result.text).isEqualTo("hello");
          assertThat(result.response.isComplete()).isEqualTo(polite);
        }
        assertThat(client.connections()).isZero();
        client.close();
      }
    }
  }

  // ---- streams that the program takes over ----

  private static final String SWITCH =
      "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

  @EngineTest
  void upgrades(final Bases bases) {
    final EventBase base = bases.base();
    for (final boolean atTheEnd : new boolean[] {false, true}) {
      final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(SWITCH + "first"));
      final HttpClient client = bases.later(new HttpClient(base));
      final List<BufferEvent> taken = new ArrayList<>();
      final HttpResults.Parts parts =
          new HttpResults.Parts() {
            @Override
            public void onHead(final HttpCall call, final HttpResponse came) {
              super.onHead(call, came);
              if (!atTheEnd) {
                taken.add(call.takeOver());
              }
            }

            @Override
            public void onEnd(
                final HttpCall call,
                final HttpResponse came,
                final org.jevent.http.HttpException wrong) {
              super.onEnd(call, came, wrong);
              if (atTheEnd) {
                taken.add(call.takeOver());
              }
            }
          };
      final HttpCall call = client.get(peer.uri("/")).upgrade("echo").send(parts);
      Streams.run(base, () -> parts.ends > 0);
      assertThat(peer.requests.get(0)).contains("connection: upgrade\r\nupgrade: echo\r\n");
      assertThat(parts.seen).containsExactly("head 101", "end");
      assertThat(client.connections()).isZero();
      final BufferEvent stream = bases.later(taken.get(0));
      assertThat(TlsKit.text(stream)).isEqualTo("first");
      assertThatThrownBy(call::takeOver).isInstanceOf(IllegalStateException.class);
      stream.enable(Event.READ);
      stream.write(TlsKit.bytes("ping"));
      Streams.run(base, () -> peer.connections.get(0).received.toString().endsWith("ping"));
      peer.connections.get(0).say("pong");
      Streams.run(base, () -> stream.input().length() == 4);
      client.close();
      assertThat(stream.isClosed()).isFalse();
    }
  }

  /** A stream that is not taken is closed; one that is not offered cannot be taken. */
  @EngineTest
  void upgradesThatAreNotTaken(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(SWITCH));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.run(base, client.get(peer.uri("/")).upgrade("echo"));
    assertThat(result.kind()).isEqualTo("101");
    assertThat(client.connections()).isZero();
    final HttpPeer plain = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final List<Exception> refused = new ArrayList<>();
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onHead(final HttpCall call, final HttpResponse came) {
            try {
              call.takeOver();
            } catch (final IllegalStateException e) {
              refused.add(e);
            }
          }
        };
    client.get(plain.uri("/")).upgrade("echo").send(parts);
    Streams.run(base, () -> parts.ends > 0);
    assertThat(refused).hasSize(1);
    assertThat(parts.body.toString()).isEqualTo("ok");
    assertThat(client.idleConnections()).isEqualTo(1);
  }

  @EngineTest
  void tunnelsForPrograms(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer proxy =
        new HttpPeer(
            bases,
            base,
            (on, request) -> on.say("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhello"));
    final HttpClient client = bases.later(new HttpClient(base));
    final List<BufferEvent> taken = new ArrayList<>();
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onHead(final HttpCall call, final HttpResponse came) {
            taken.add(call.takeOver());
          }
        };
    client.tunnel(proxy.uri("").replace("//", "//me:secret@"), "there.test:443").send(parts);
    Streams.run(base, () -> parts.ends > 0);
    assertThat(proxy.requests.get(0))
        .isEqualTo(
            "CONNECT there.test:443 HTTP/1.1\r\nhost: there.test:443\r\n"
                + "proxy-authorization: Basic bWU6c2VjcmV0\r\n\r\n");
    assertThat(TlsKit.text(bases.later(taken.get(0)))).isEqualTo("hello");
    for (final String bad : new String[] {"there.test", "a:b", "", "a b:1", "u@h:1", "h:1/x"}) {
      assertThatThrownBy(() -> client.tunnel(proxy.uri(""), bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** An upgrade goes through a tunnel, also without TLS. */
  @EngineTest
  void upgradesOverAProxy(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer origin = new HttpPeer(bases, base, (on, request) -> on.say(SWITCH));
    final HttpPeer proxy = tunnels(bases, base, origin.port(), "HTTP/1.1 200 yes\r\n\r\n");
    final HttpClient client = through(bases, base, proxy, null);
    assertThat(
            HttpResults.run(
                    base, client.get("http://127.0.0.1:" + origin.port() + "/ws").upgrade("echo"))
                .kind())
        .isEqualTo("101");
    assertThat(origin.requests.get(0)).startsWith("GET /ws HTTP/1.1\r\n");
  }
}
