package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpTimeouts;
import org.jevent.http.HttpUri;

/** Each limit of time in the phase that it is for. */
class HttpTimeoutTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final HttpTimeouts LONG = HttpTimeouts.DEFAULT;

  private static void assertOnTime(final Bases bases, final long begin) {
    assertThat(bases.nanoTime() - begin)
        .isBetween(SHORT.toNanos() - 5_000_000L, SHORT.toNanos() + 5_000_000_000L);
  }

  @EngineTest
  void queued(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .limits(HttpClientLimits.DEFAULT.withConnections(1, 10))
                .build());
    final HttpResults.Result first = HttpResults.send(client.get(peer.uri("/")));
    final long begin = bases.nanoTime();
    final HttpResults.Result second =
        HttpResults.run(base, client.get(peer.uri("/")).timeouts(LONG.withQueued(SHORT)));
    assertThat(second.kind()).isEqualTo("TIMEOUT QUEUED");
    assertOnTime(bases, begin);
    assertThat(client.waitingCalls()).isZero();
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, first::isOver);
    assertThat(first.kind()).isEqualTo("200");
  }

  @EngineTest
  void resolving(final Bases bases) {
    final EventBase base = bases.base();
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .resolver((host, result) -> null)
                .timeouts(LONG.withConnect(SHORT))
                .build());
    final long begin = bases.nanoTime();
    assertThat(HttpResults.run(base, client.get("http://name.test/")).kind())
        .isEqualTo("TIMEOUT CONNECT");
    assertOnTime(bases, begin);
    assertThat(client.connections()).isZero();
  }

  @EngineTest
  void shakingHands(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer mute = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .tls(TlsKit.SUN_13.trusting())
                .timeouts(LONG.withTls(SHORT))
                .build());
    final long begin = bases.nanoTime();
    assertThat(HttpResults.run(base, client.get("https://127.0.0.1:" + mute.port() + "/")).kind())
        .isEqualTo("TIMEOUT TLS");
    assertOnTime(bases, begin);
  }

  @EngineTest
  void askingAProxy(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .proxy(uri -> HttpUri.parse(proxy.uri("")))
                .timeouts(LONG.withConnect(SHORT))
                .build());
    assertThat(HttpResults.run(base, client.get("https://name.test/")).kind())
        .isEqualTo("TIMEOUT CONNECT");
  }

  @EngineTest
  void sending(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.send(
            client
                .request("PUT", peer.uri("/"))
                .body(new byte[64 << 20])
                .timeouts(LONG.withRequest(Duration.ofMillis(200))));
    Streams.run(base, () -> !peer.connections.isEmpty());
    peer.connections.get(0).stream.disable(Event.READ);
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("TIMEOUT REQUEST");
  }

  /** A slow peer that takes something again and again is no dead one. */
  @EngineTest
  void sendingSlowly(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.send(
            client
                .request("PUT", peer.uri("/"))
                .body(new byte[24 << 20])
                .timeouts(LONG.withRequest(Duration.ofMillis(1500))));
    Streams.run(base, () -> !peer.connections.isEmpty());
    final HttpPeer.Connection slow = peer.connections.get(0);
    for (int i = 1; i < 6; i++) {
      slow.stream.disable(Event.READ);
      Streams.runFor(base, 500);
      slow.stream.enable(Event.READ);
      final int enough = i * (3 << 20);
      Streams.run(base, () -> slow.received.length() >= enough || result.isOver());
    }
    Streams.run(base, 30, result::isOver);
    assertThat(result.kind()).isEqualTo("200");
  }

  /** The status line goes before all that trickles. */
  private static boolean hasAsked(final HttpPeer peer) {
    return !peer.connections.isEmpty() && !peer.connections.get(0).requests.isEmpty();
  }

  @EngineTest
  void theHead(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say("HTTP/1.1 200 OK\r\n"));
    final HttpClient client = bases.later(new HttpClient(base));
    final long begin = bases.nanoTime();
    final HttpResults.Result result =
        HttpResults.send(client.get(peer.uri("/")).timeouts(LONG.withHead(SHORT)));
    try (Event trickle =
        base.newPeriodicTimer(
            (event, what) -> {
              if (!result.isOver() && hasAsked(peer)) {
                peer.connections.get(0).say("A: b\r\n");
              }
            })) {
      trickle.add(Duration.ofMillis(10));
      Streams.run(base, result::isOver);
    }
    assertThat(result.kind()).isEqualTo("TIMEOUT HEAD");
    assertOnTime(bases, begin);
    assertThat(client.connections()).isZero();
  }

  /** The time of the body stands still while the program takes none, also outside a callback. */
  @EngineTest
  void aPauseFromOutside(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases, base, (on, request) -> on.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Parts parts = new HttpResults.Parts();
    final HttpCall call =
        client.get(peer.uri("/")).timeouts(LONG.withBody(Duration.ofMillis(300))).send(parts);
    Streams.run(base, () -> parts.body.length() == 2);
    call.pauseBody();
    Streams.runFor(base, 600);
    assertThat(parts.ends).isZero();
    peer.connections.get(0).say("c");
    Streams.runFor(base, 400);
    assertThat(parts.ends).isZero();
    call.resumeBody();
    peer.connections.get(0).say("d");
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.body.toString()).isEqualTo("abcd");
    assertThat(parts.problem).isNull();
  }

  @EngineTest
  void theBody(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases, base, (on, request) -> on.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Result result =
        HttpResults.send(client.get(peer.uri("/")).timeouts(LONG.withBody(Duration.ofMillis(200))));
    Streams.run(base, () -> peer.requests.size() == 1);
    for (int i = 0; i < 8; i++) {
      peer.connections.get(0).say("x");
      Streams.runFor(base, 40);
    }
    assertThat(result.isOver()).as("a byte restarts it").isFalse();
    final long begin = bases.nanoTime();
    Streams.run(base, result::isOver);
    assertThat(result.kind()).isEqualTo("TIMEOUT BODY");
    assertThat(bases.nanoTime() - begin).isGreaterThan(50_000_000L);
  }

  /** While the program has paused it, the time of the body does not run. */
  @EngineTest
  void notWhilePaused(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> on.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpResults.Parts parts =
        new HttpResults.Parts() {
          @Override
          public void onHead(final HttpCall call, final HttpResponse came) {
            call.pauseBody();
          }
        };
    final HttpCall call = client.get(peer.uri("/")).timeouts(LONG.withBody(SHORT)).send(parts);
    Streams.run(base, () -> peer.requests.size() == 1);
    Streams.runFor(base, 150);
    assertThat(parts.ends).isZero();
    call.resumeBody();
    Streams.run(base, () -> parts.ends > 0);
    assertThat(parts.body.toString()).isEqualTo("begin");
    assertThat(parts.seen).containsExactly("TIMEOUT BODY");
  }

  @EngineTest
  void theWholeCall(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer loop =
        new HttpPeer(
            bases,
            base,
            (on, request) ->
                on.say("HTTP/1.1 302 x\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpTimeouts times = LONG.withTotal(SHORT);
    final long begin = bases.nanoTime();
    assertThat(
            HttpResults.run(
                    base,
                    client.get(loop.uri("/")).followRedirects(Integer.MAX_VALUE).timeouts(times))
                .kind())
        .startsWith("TIMEOUT ");
    assertOnTime(bases, begin);
    final HttpPeer mute = new HttpPeer(bases, base, (on, request) -> {});
    assertThat(HttpResults.run(base, client.get(mute.uri("/")).timeouts(times)).kind())
        .startsWith("TIMEOUT ");
    assertThat(
            HttpResults.run(
                    base,
                    client
                        .get("http://127.0.0.1:1/")
                        .connectRetries(99, Duration.ofMillis(30))
                        .timeouts(times))
                .kind())
        .startsWith("TIMEOUT ");
    assertThat(client.connections()).isEqualTo(client.idleConnections());
  }

  /** Without limits nothing ends a call, and nothing fires late on a connection that is reused. */
  @EngineTest
  void noneAndLate(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpTimeouts none =
        LONG.withQueued(null)
            .withConnect(null)
            .withTls(null)
            .withContinue(null)
            .withRequest(null)
            .withHead(null)
            .withBody(null)
            .withTotal(null);
    final HttpTimeouts quick = LONG.withHead(Duration.ofMillis(100));
    final HttpResults.Result first = HttpResults.send(client.get(peer.uri("/")).timeouts(quick));
    Streams.run(base, () -> peer.requests.size() == 1);
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, first::isOver);
    assertThat(first.kind()).isEqualTo("200");
    final HttpResults.Result second = HttpResults.send(client.get(peer.uri("/")).timeouts(none));
    Streams.runFor(base, 200);
    assertThat(second.isOver()).isFalse();
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, second::isOver);
    assertThat(second.kind()).isEqualTo("200");
    assertThat(peer.connections).hasSize(1);
  }

  /** The limit of waiting for a connection is over then, and the limit of all still counts. */
  @EngineTest
  void theWholeBehindAWaitThatIsOver(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> on.say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun"));
    final HttpClient client = bases.later(new HttpClient(base));
    final HttpTimeouts times =
        LONG.withQueued(Duration.ofMillis(50)).withTotal(Duration.ofMillis(300));
    assertThat(HttpResults.run(base, client.get(peer.uri("/")).timeouts(times)).kind())
        .isEqualTo("TIMEOUT BODY");
  }
}
