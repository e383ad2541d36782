package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpBodySource;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpRequest;

/** What is sent again, and what never is. */
class HttpRetryTest {
  /** The first request of a connection is answered; the second one ends it. */
  private static HttpPeer fickle(
      final Bases bases, final EventBase base, final String atTheEnd, final boolean resets) {
    return new HttpPeer(
        bases,
        base,
        (on, request) -> {
          if (on.requests.size() == 1) {
            on.say(HttpPeer.GET_OK);
            return;
          }
          on.say(atTheEnd);
          if (resets) {
            on.reset();
          } else {
            on.close();
          }
        });
  }

  private static HttpRequest request(
      final HttpClient client, final String method, final HttpPeer peer) {
    final HttpRequest made = client.request(method, peer.uri("/x"));
    return method.equals("PUT") || method.startsWith("P") ? made.body(new byte[100]) : made;
  }

  @EngineTest
  void onlyWhatMayBeRepeated(final Bases bases) {
    final EventBase base = bases.base();
    for (final String method :
        new String[] {
          "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "LOCK"
        }) {
      final boolean repeats = !List.of("POST", "PATCH", "LOCK").contains(method);
      final HttpPeer peer = fickle(bases, base, "", false);
      final HttpClient client = bases.later(new HttpClient(base));
      HttpResults.run(base, client.get(peer.uri("/")));
      final HttpRequest sent = request(client, method, peer);
      final HttpResults.Result result = HttpResults.run(base, sent);
      if (method.equals("HEAD")) {
        continue; // the peer answers it as a GET
      }
      assertThat(result.kind()).as(method).isEqualTo(repeats ? "200" : "CUT HEAD");
      assertThat(peer.requests).as(method).hasSize(repeats ? 3 : 2);
      assertThat(peer.connections).as(method).hasSize(repeats ? 2 : 1);
      client.close();
    }
  }

  @EngineTest
  void aPostThatMayBeRepeated(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = fickle(bases, base, "", false);
    final HttpClient client = bases.later(new HttpClient(base));
    HttpResults.run(base, client.get(peer.uri("/")));
    final HttpResults.Result result =
        HttpResults.run(base, request(client, "POST", peer).retryable());
    assertThat(result.kind()).isEqualTo("200");
    assertThat(peer.requests.get(2)).isEqualTo(peer.requests.get(1));
  }

  /** A byte of a response has come: the request was carried out. */
  @EngineTest
  void notAfterAByte(final Bases bases) {
    final EventBase base = bases.base();
    for (final String begin : new String[] {"H", "HTTP/1.1 100 Continue\r\n\r\n"}) {
      final HttpPeer peer = fickle(bases, base, begin, false);
      final HttpClient client = bases.later(new HttpClient(base));
      HttpResults.run(base, client.get(peer.uri("/")));
      assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("CUT HEAD");
      assertThat(peer.requests).hasSize(2);
    }
  }

  /** A new connection that fails is no stale one. */
  @EngineTest
  void notOnANewConnection(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.close());
    final HttpClient client = bases.later(new HttpClient(base));
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("CUT HEAD");
    assertThat(peer.requests).hasSize(1);
  }

  /** Once: the second connection is new. */
  @EngineTest
  void onlyOnce(final Bases bases) {
    final EventBase base = bases.base();
    final List<HttpPeer.Connection> asked = new ArrayList<>();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              asked.add(on);
              if (asked.size() == 3) { // so each of three connections has been used
                asked.forEach(each -> each.say(HttpPeer.GET_OK));
              } else if (asked.size() > 3) {
                on.close();
              }
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final List<HttpResults.Result> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(HttpResults.send(client.get(peer.uri("/"))));
    }
    Streams.run(base, () -> three.stream().allMatch(HttpResults.Result::isOver));
    final int before = peer.requests.size();
    assertThat(HttpResults.run(base, client.get(peer.uri("/"))).kind()).isEqualTo("CUT HEAD");
    assertThat(peer.requests).hasSize(before + 2);
  }

  /** A body that cannot be had again is not sent again. */
  @EngineTest
  void notWithoutTheBody(final Bases bases) {
    final EventBase base = bases.base();
    for (final boolean rewinds : new boolean[] {false, true}) {
      final HttpPeer peer = fickle(bases, base, "", false);
      final HttpClient client = bases.later(new HttpClient(base));
      HttpResults.run(base, client.get(peer.uri("/")));
      final HttpBodySource source =
          new HttpBodySource() {
            @Override
            public boolean pull(
                final org.jevent.http.HttpCall call, final org.jevent.buffer.EventBuffer into) {
              into.add("body");
              return false;
            }

            @Override
            public boolean rewind() {
              return rewinds;
            }
          };
      final HttpResults.Result result =
          HttpResults.run(base, client.request("PUT", peer.uri("/")).body(source));
      assertThat(result.kind()).isEqualTo(rewinds ? "200" : "CUT HEAD");
      assertThat(peer.requests).hasSize(rewinds ? 3 : 2);
    }
  }

  /** The peer closes an idle connection: the next call goes over a new one, once. */
  @EngineTest
  void aPeerThatClosesIdleConnections(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say(HttpPeer.GET_OK);
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    for (int i = 0; i < 10; i++) {
      final HttpRequest post = client.request("POST", peer.uri("/" + i)).body(new byte[10]);
      final HttpResults.Result result = HttpResults.run(base, post);
      assertThat(result.kind()).isEqualTo("200");
      Streams.run(base, () -> client.connections() == 0);
    }
    assertThat(peer.requests).hasSize(10);
  }

  /**
   * A call within the callback of the former one, while the end of the connection is on its way.
   */
  @EngineTest
  void aPostIsNeverSentTwice(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              on.say(HttpPeer.GET_OK);
              on.close();
            });
    final HttpClient client = bases.later(new HttpClient(base));
    final int[] ends = new int[3];
    final int rounds = 50;
    final class Round {
      void next() {
        if (++ends[0] > rounds) {
          return;
        }
        client
            .request("POST", peer.uri("/" + ends[0]))
            .body(new byte[10])
            .send(
                (response, problem) -> {
                  ends[response != null ? 1 : 2]++;
                  next();
                });
      }
    }
    new Round().next();
    Streams.run(base, () -> ends[0] > rounds);
    assertThat(ends[1] + ends[2]).isEqualTo(rounds);
    for (int i = 1; i <= rounds; i++) {
      final String start = "POST /" + i + " ";
      assertThat(peer.requests.stream().filter(each -> each.startsWith(start)).count())
          .isLessThanOrEqualTo(1);
    }
  }

  /** A reset is as good as an end. */
  @EngineTest
  void afterAReset(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (on.number > 0 || on.requests.size() == 1) {
                on.say(HttpPeer.GET_OK);
              } else {
                on.reset();
              }
            });
    final HttpClient client = bases.later(new HttpClient(base));
    HttpResults.run(base, client.get(peer.uri("/")));
    final HttpResults.Result result =
        HttpResults.run(base, client.request("PUT", peer.uri("/")).body(new byte[4 << 20]));
    assertThat(result.kind()).isEqualTo("200");
    assertThat(peer.connections).hasSize(2);
  }

  // ---- connecting ----

  @EngineTest
  void connectIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.run(base, client.get("http://127.0.0.1:" + closedPort(base) + "/"));
    assertThat(result.kind()).isEqualTo("CONNECT CONNECT");
    assertThat(result.problem.errno()).isEqualTo(org.jevent.error.Errno.ECONNREFUSED);
    assertThat(client.connections()).isZero();
  }

  private static int closedPort(final EventBase base) {
    try (ConnectionListener gone =
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, peer) -> socket.close())) {
      return ((java.net.InetSocketAddress) gone.address()).getPort();
    }
  }

  @EngineTest
  void connectsAreTriedAgain(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client = bases.later(new HttpClient(base));
    final int port = closedPort(base);
    final long begin = bases.nanoTime();
    final HttpResults.Result failed =
        HttpResults.run(
            base,
            client.get("http://127.0.0.1:" + port + "/").connectRetries(3, Duration.ofMillis(20)));
    assertThat(failed.kind()).isEqualTo("CONNECT CONNECT");
    assertThat(bases.nanoTime() - begin).isGreaterThanOrEqualTo((20 + 40 + 80) * 1_000_000L);
    final HttpResults.Result result =
        HttpResults.send(
            client.get("http://127.0.0.1:" + port + "/").connectRetries(10, Duration.ofMillis(20)));
    Streams.runFor(base, 30);
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    bases.later(
        ConnectionListener.bind(
            base,
            new java.net.InetSocketAddress("127.0.0.1", port),
            ConnectionListener.CLOSE_ON_FREE | ConnectionListener.REUSEABLE,
            -1,
            (self, socket, from) ->
                peer.take(
                    bases.later(BufferEvent.socket(base, socket, BufferEvent.CLOSE_ON_FREE)))));
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("200");
  }
}
