package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientConnection;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpException;
import org.jevent.http.HttpServerLimits;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are kept: which one a call gets, how many there are, and when they end. */
class HttpPoolTest {
  private static HttpClient client(
      final Bases bases, final EventBase base, final HttpClientLimits limits) {
    return bases.later(HttpClient.builder(base).limits(limits).build());
  }

  private static List<HttpResults.Result> send(
      final HttpClient client, final String uri, final int count) {
    final List<HttpResults.Result> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(HttpResults.send(client.get(uri)));
    }
    return results;
  }

  @EngineTest
  void aConnectionIsUsedAgain(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    for (int i = 0; i < 20; i++) {
      final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/" + i)));
      Streams.run(base, result::isOver);
      assertThat(result.kind()).isEqualTo("200");
    }
    assertThat(peer.connections).hasSize(1);
    assertThat(client.connections()).isEqualTo(1);
  }

  /** The longest times that can be said are no limit, on either side. */
  @EngineTest
  void timesWithoutAnEnd(final Bases bases) {
    final Duration forever = ChronoUnit.FOREVER.getDuration();
    final HttpKit kit =
        new HttpKit(
            bases,
            HttpServerLimits.DEFAULT
                .headTime(forever)
                .idle(forever)
                .bodySilence(forever)
                .answerSilence(forever)
                .handling(forever)
                .linger(forever)
                .drainGrace(forever));
    kit.server.handle("/", exchange -> exchange.readBody(whole -> whole.respond(200)));
    final HttpClient client =
        client(bases, kit.base, HttpClientLimits.DEFAULT.withIdle(1, forever));
    for (int i = 0; i < 2; i++) {
      final HttpResults.Result result =
          HttpResults.send(
              client
                  .request("POST", "http://127.0.0.1:" + kit.address.getPort())
                  .body(new byte[9]));
      Streams.run(kit.base, result::isOver);
      assertThat(result.kind()).isEqualTo("200");
      assertThat(client.idleConnections()).isEqualTo(1);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void atMostSoManyConnections(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = client(bases, base, HttpClientLimits.DEFAULT.withConnections(3, 5));
    final List<HttpResults.Result> results = send(client, peer.uri("/"), 10);
    Streams.run(base, () -> peer.requests.size() == 3);
    assertThat(peer.connections).hasSize(3);
    assertThat(client.waitingCalls()).isEqualTo(5);
    assertThat(results.get(8).kind()).isEqualTo("QUEUE_FULL QUEUED");
    assertThat(results.get(9).kind()).isEqualTo("QUEUE_FULL QUEUED");
    for (int answered = 1; answered <= 8; answered++) {
      final int now = answered;
      peer.connections.stream()
          .filter(each -> each.requests.size() > answers(each))
          .findFirst()
          .orElseThrow()
          .say(HttpPeer.GET_OK);
      Streams.run(
          base, () -> results.stream().filter(HttpResults.Result::isOver).count() == now + 2);
      Streams.run(base, () -> peer.requests.size() == Math.min(8, 3 + now));
    }
    assertThat(peer.connections).hasSize(3);
    for (int i = 0; i < 8; i++) {
      assertThat(results.get(i).kind()).isEqualTo("200");
    }
  }

  private static int answers(final HttpPeer.Connection connection) {
    final Integer before = ANSWERED.get(connection);
    if (connection.requests.size() > (before == null ? 0 : before)) {
      ANSWERED.put(connection, connection.requests.size());
      return connection.requests.size() - 1;
    }
    return connection.requests.size();
  }

  private static final java.util.Map<HttpPeer.Connection, Integer> ANSWERED =
      new java.util.IdentityHashMap<>();

  /** Calls go out in the order in which they were sent. */
  @EngineTest
  void callsWaitInOrder(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = client(bases, base, HttpClientLimits.DEFAULT.withConnections(1, 100));
    final List<HttpResults.Result> results = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      results.add(HttpResults.send(client.get(peer.uri("/" + i))));
    }
    Streams.run(base, () -> results.get(19).isOver());
    for (int i = 0; i < 20; i++) {
      assertThat(peer.requests.get(i)).startsWith("GET /" + i + " ");
      assertThat(results.get(i).kind()).isEqualTo("200");
    }
    assertThat(peer.connections).hasSize(1);
  }

  @EngineTest
  void theNewestIdleOneFirst(final Bases bases) {
    final EventBase base = bases.base();
    final List<HttpPeer.Connection> held = new ArrayList<>();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> held.add(on));
    final HttpClient client = bases.later(new HttpClient(base));
    final List<HttpResults.Result> results = send(client, peer.uri("/"), 3);
    Streams.run(base, () -> held.size() == 3);
    for (final int index : new int[] {1, 2, 0}) {
      final long before = results.stream().filter(HttpResults.Result::isOver).count();
      held.get(index).say(HttpPeer.GET_OK);
      Streams.run(base, () -> results.stream().filter(HttpResults.Result::isOver).count() > before);
    }
    final HttpPeer.Connection last = held.get(0);
    HttpResults.send(client.get(peer.uri("/again")));
    Streams.run(base, () -> held.size() == 4);
    assertThat(held.get(3)).isSameAs(last);
  }

  @EngineTest
  void idleConnectionsExpire(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client =
        client(bases, base, HttpClientLimits.DEFAULT.withIdle(64, Duration.ofMillis(100)));
    HttpResults.run(base, client.get(peer.uri("/")));
    assertThat(client.idleConnections()).isEqualTo(1);
    Streams.run(base, () -> client.connections() == 0);
    Streams.run(base, () -> peer.connections.get(0).ended);
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("200");
    assertThat(peer.connections).hasSize(2);
  }

  /** Nothing keeps the loop alive when the last connection is gone. */
  @EngineTest
  void theLoopEndsWithTheLastConnection(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/")));
    Streams.run(base, result::isOver);
    peer.stop();
    final long begin = bases.nanoTime();
    base.dispatch();
    assertThat(bases.nanoTime() - begin).isLessThan(5_000_000_000L);
  }

  @EngineTest
  void atMostSoManyIdle(final Bases bases) {
    final EventBase base = bases.base();
    final List<HttpPeer.Connection> held = new ArrayList<>();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> held.add(on));
    final HttpClient client =
        client(bases, base, HttpClientLimits.DEFAULT.withIdle(2, Duration.ofSeconds(60)));
    final List<HttpResults.Result> results = send(client, peer.uri("/"), 4);
    Streams.run(base, () -> held.size() == 4);
    for (final HttpPeer.Connection each : held) {
      each.say(HttpPeer.GET_OK);
    }
    Streams.run(base, () -> results.stream().allMatch(HttpResults.Result::isOver));
    assertThat(client.idleConnections()).isEqualTo(2);
    assertThat(client.connections()).isEqualTo(2);
    client.closeIdle();
    assertThat(client.connections()).isZero();
  }

  @EngineTest
  void whatThePeerSaysAboutKeeping(final Bases bases) {
    final EventBase base = bases.base();
    final List<String> fields = new ArrayList<>();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) ->
                on.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + fields.remove(0) + "\r\n\r\n"));
    final HttpClient client = bases.later(new HttpClient(base));
    final String[] ends = {
      "Connection: close", "Keep-Alive: timeout=1", "Keep-Alive: max=3, timeout=0",
    };
    for (final String end : ends) {
      fields.add(end);
      HttpResults.run(base, client.get(peer.uri("/")));
      assertThat(client.connections()).as(end).isZero();
    }
    for (final String keeps :
        new String[] {"Keep-Alive: timeout=30", "Keep-Alive: timeout=x", "Keep-Alive: max=3"}) {
      fields.add(keeps);
      HttpResults.run(base, client.get(peer.uri("/")));
      assertThat(client.idleConnections()).as(keeps).isEqualTo(1);
    }
    fields.add("Keep-Alive: timeout=2");
    HttpResults.run(base, client.get(peer.uri("/")));
    final long begin = bases.nanoTime();
    Streams.run(base, () -> client.connections() == 0);
    assertThat(bases.nanoTime() - begin).isBetween(500_000_000L, 5_000_000_000L);
  }

  /**
   * Bytes that no request has asked for: a response to no request must never answer the next one.
   */
  @EngineTest
  void bytesOnAnIdleConnection(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    HttpResults.run(base, client.get(peer.uri("/")));
    peer.connections.get(0).say(HttpPeer.GET_OK.replace("ok", "no"));
    Streams.run(base, () -> client.connections() == 0);
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).text).isEqualTo("ok");
    assertThat(peer.connections).hasSize(2);
  }

  @EngineTest
  void bytesBehindAResponse(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK + "HTTP/1.1 200 no"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result = HttpResults.run(base, client.get(peer.uri("/")));
    assertThat(result.text).isEqualTo("ok");
    assertThat(client.connections()).isZero();
  }

  /** One that is connected when its call has another connection already becomes idle. */
  @EngineTest
  void aConnectionThatComesTooLate(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    HttpResults.run(base, client.get(peer.uri("/")));
    final HttpResults.Result first = HttpResults.send(client.get(peer.uri("/1")));
    final HttpResults.Result second = HttpResults.send(client.get(peer.uri("/2")));
    Streams.run(base, () -> first.isOver() && second.isOver());
    Streams.run(base, () -> client.idleConnections() == client.connections());
    assertThat(client.connections()).isBetween(1, 2);
  }

  /** The expiry of a connection and its use in one iteration. */
  @EngineTest
  void expiryAndUseAtOnce(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client =
        client(bases, base, HttpClientLimits.DEFAULT.withIdle(8, Duration.ofMillis(20)));
    for (int i = 0; i < 20; i++) {
      assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("200");
      final HttpResults.Result[] late = new HttpResults.Result[1];
      try (Event timer =
          base.newTimer(
              (event, what) -> late[0] = HttpResults.send(client.get(peer.uri("/late"))))) {
        timer.addNanos(19_000_000 + i * 100_000L);
        Streams.run(base, () -> late[0] != null && late[0].isOver());
      }
      assertThat(late[0].kind()).isEqualTo("200");
    }
  }

  @EngineTest
  void theClientIsClosedWhileCallsRun(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (request.startsWith("GET /body")) {
                on.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
              }
            });
    final HttpClient client = client(bases, base, HttpClientLimits.DEFAULT.withConnections(2, 100));
    final List<HttpResults.Result> results = new ArrayList<>();
    results.add(HttpResults.send(client.get(peer.uri("/wait"))));
    results.add(HttpResults.send(client.get(peer.uri("/body"))));
    results.add(HttpResults.send(client.get(peer.uri("/queued"))));
    results.add(
        HttpResults.send(
            client.get("http://127.0.0.1:1/").connectRetries(3, Duration.ofSeconds(60))));
    Streams.run(base, () -> peer.requests.size() == 2);
    Streams.runFor(base, 50);
    results.add(HttpResults.send(client.get(peer.uri("/queued"))));
    client.close();
    client.close();
    for (final HttpResults.Result each : results) {
      assertThat(each.ends).isEqualTo(1);
      assertThat(each.problem.kind()).isEqualTo(HttpException.Kind.CLOSED);
    }
    Streams.run(base, () -> peer.connections.stream().allMatch(each -> each.ended));
    assertThat(client.isClosed()).isTrue();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> client.get(peer.uri("/")).send((response, problem) -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  /** A call that has failed already, and whose callback was still to come. */
  @EngineTest
  void theClientIsClosedBeforeAProblemIsDelivered(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = client(bases, base, HttpClientLimits.DEFAULT.withConnections(1, 0));
    final List<HttpResults.Result> results = send(client, "http://127.0.0.1:1/", 2);
    client.close();
    assertThat(results.get(0).problem.kind()).isEqualTo(HttpException.Kind.CLOSED);
    assertThat(results.get(1).kind()).isEqualTo("QUEUE_FULL QUEUED");
  }

  /** What callbacks throw while a client is closed surfaces when all calls have had theirs. */
  @EngineTest
  void callbacksThatThrowWhileTheClientIsClosed(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final int[] ends = new int[1];
    for (int i = 0; i < 3; i++) {
      client
          .get("http://127.0.0.1:1/")
          .send(
              (response, problem) -> {
                ends[0]++;
                throw new IllegalStateException("mine");
              });
    }
    org.assertj.core.api.Assertions.assertThatThrownBy(client::close).hasMessage("mine");
    assertThat(ends[0]).isEqualTo(3);
    assertThat(client.connections()).isZero();
  }

  /** The base is closed while calls run: closing the client ends them, and nothing is left open. */
  @EngineTest
  void theBaseIsClosedWhileCallsRun(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final List<HttpResults.Result> results = send(client, peer.uri("/"), 3);
    Streams.run(base, () -> peer.requests.size() == 3);
    base.close();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> client.get(peer.uri("/")).send((response, problem) -> {}))
        .isInstanceOf(IllegalStateException.class);
    client.close();
    for (final HttpResults.Result each : results) {
      assertThat(each.kind()).isEqualTo("CLOSED HEAD");
    }
  }

  // ---- other ways to a server ----

  @EngineTest
  void unixSockets(final Bases bases, @TempDir final Path folder) {
    final EventBase base = bases.base();
    final Path path = folder.resolve("s");
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    bases.later(
        ConnectionListener.bind(
            base,
            java.net.UnixDomainSocketAddress.of(path),
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, from) ->
                peer.take(
                    bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)))));
    final HttpClient client = bases.later(new HttpClient(base));
    for (int i = 0; i < 3; i++) {
      final HttpResults.Result result =
          HttpResults.run(base, client.get("http://unix:" + path + ":/there?x"));
      assertThat(result.kind()).isEqualTo("200");
    }
    assertThat(peer.requests.get(0)).startsWith("GET /there?x HTTP/1.1\r\nhost: localhost\r\n");
    assertThat(peer.connections).hasSize(1);
  }

  @EngineTest
  void theAddressOfThisEnd(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .localAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build());
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("200");
  }

  /** A name with two addresses, of which one is dead. */
  @EngineTest
  void theNextAddressOfAName(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final InetAddress dead = InetAddress.getByAddress(new byte[] {127, 0, 0, 77});
    final InetAddress alive = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .resolver(
                    (host, result) -> {
                      result.resolved(List.of(dead, alive), null);
                      return null;
                    })
                .build());
    final HttpResults.Result result =
        HttpResults.run(base, client.get("http://name.test:" + peer.port() + "/"));
    assertThat(result.kind()).isEqualTo("200");
    assertThat(peer.requests.get(0)).contains("host: name.test:" + peer.port() + "\r\n");
  }

  @EngineTest
  void aNameWithoutAddress(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .resolver(
                    (host, result) -> {
                      result.resolved(null, new java.net.UnknownHostException(host));
                      return null;
                    })
                .build());
    final HttpResults.Result result = HttpResults.run(base, client.get("http://no.test/"));
    assertThat(result.kind()).isEqualTo("DNS CONNECT");
    assertThat(result.problem).hasMessageContaining("no.test");
  }

  @EngineTest
  void oneFamilyOnly(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    for (final var family : java.net.StandardProtocolFamily.values()) {
      if (family == java.net.StandardProtocolFamily.UNIX) {
        continue;
      }
      final HttpClient client =
          bases.later(
              HttpClient.builder(base)
                  .family(family)
                  .resolver(
                      (host, result) -> {
                        result.resolved(List.of(InetAddress.getLoopbackAddress()), null);
                        return null;
                      })
                  .build());
      assertThat(HttpResults.run(base, client.get("http://name.test:" + peer.port() + "/")).kind())
          .isEqualTo(family == java.net.StandardProtocolFamily.INET ? "200" : "DNS CONNECT");
    }
  }

  @EngineTest
  void ipv6Literals(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final ConnectionListener six;
    try {
      six =
          bases.later(
              ConnectionListener.bind(
                  base,
                  new InetSocketAddress("::1", 0),
                  ConnectionListener.CLOSE_ON_FREE,
                  -1,
                  (self, socket, from) ->
                      peer.take(
                          bases.later(
                              BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)))));
    } catch (final org.jevent.error.ErrnoException none) {
      org.junit.jupiter.api.Assumptions.abort("there is no IPv6 here: " + none.getMessage());
      return;
    }
    final HttpClient client = bases.later(new HttpClient(base));
    final int port = ((InetSocketAddress) six.address()).getPort();
    assertThat(HttpResults.run(base, client.get("http://[::1]:" + port + "/")).kind())
        .isEqualTo("200");
    assertThat(peer.requests.get(0)).contains("host: [::1]:" + port + "\r\n");
  }

  // ---- a stream of the program's ----

  @EngineTest
  void overAnOpenStream(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    peer.take(bases.later(pair[1]));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpClientConnection connection = client.over(pair[0]);
    final List<HttpResults.Result> results = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      results.add(HttpResults.send(connection.request("GET", "http://any.test/" + i)));
    }
    Streams.run(base, () -> results.get(4).isOver());
    for (int i = 0; i < 5; i++) {
      assertThat(results.get(i).kind()).isEqualTo("200");
      assertThat(peer.requests.get(i)).startsWith("GET /" + i + " HTTP/1.1\r\nhost: any.test\r\n");
    }
    assertThat(connection.isClosed()).isFalse();
    pair[1].shutdownOutput();
    Streams.run(base, connection::isClosed);
    assertThat(HttpResults.run(base, connection.request("GET", "http://any.test/")).kind())
        .isEqualTo("CLOSED QUEUED");
    assertThat(client.connections()).isZero();
  }

  @EngineTest
  void aStreamThatEndsFailsWhatWaits(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.stream.closeAfterFlush());
    final SocketBufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    peer.take(pair[1]);
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpClientConnection connection = client.over(pair[0]);
    final HttpResults.Result first =
        HttpResults.send(connection.request("GET", "http://any.test/"));
    final HttpResults.Result second =
        HttpResults.send(connection.request("GET", "http://any.test/"));
    Streams.run(base, () -> first.isOver() && second.isOver());
    assertThat(first.problem.kind()).isIn(HttpException.Kind.CUT, HttpException.Kind.CONNECTION);
    assertThat(second.kind()).isEqualTo("CLOSED QUEUED");
  }

  @EngineTest
  void aStreamIsClosedByItsConnection(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final SocketBufferEvent[] pair = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    peer.take(pair[1]);
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpClientConnection connection = client.over(pair[0]);
    final HttpResults.Result first =
        HttpResults.send(connection.request("GET", "http://any.test/"));
    final HttpResults.Result second =
        HttpResults.send(connection.request("GET", "http://any.test/"));
    Streams.run(base, () -> peer.requests.size() == 1);
    connection.close();
    connection.close();
    assertThat(first.kind()).isEqualTo("CLOSED HEAD");
    assertThat(second.kind()).isEqualTo("CLOSED QUEUED");
    assertThat(pair[0].isClosed()).isTrue();
  }
}
