package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpException;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;

/** Calls that are cancelled: nothing comes any more, and the next call gets its turn. */
class HttpCancelTest {
  private static HttpClient single(final Bases bases, final EventBase base) {
    return bases.later(
        HttpClient.builder(base).limits(HttpClientLimits.DEFAULT.withConnections(1, 100)).build());
  }

  /** The cancelled call has no end, the next one has a good one, and no connection is left over. */
  private static void check(
      final EventBase base,
      final HttpClient client,
      final HttpResults.Result cancelled,
      final HttpRequest next) {
    assertThat(cancelled.call.isDone()).isTrue();
    cancelled.call.cancel();
    assertThat(HttpResults.run(base, next).kind()).isEqualTo("200");
    assertThat(cancelled.ends).isZero();
    assertThat(client.connections()).isEqualTo(client.idleConnections());
  }

  @EngineTest
  void atOnce(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = single(bases, base);
    final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/")));
    assertThat(result.call.phase()).isEqualTo(HttpException.Phase.CONNECT);
    result.call.cancel();
    assertThat(client.connections()).isZero();
    check(base, client, result, client.get(peer.uri("/")));
  }

  @EngineTest
  void queued(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client = single(bases, base);
    final HttpResults.Result first = HttpResults.send(client.get(peer.uri("/1")));
    final HttpResults.Result second = HttpResults.send(client.get(peer.uri("/2")));
    final HttpResults.Result third = HttpResults.send(client.get(peer.uri("/3")));
    assertThat(second.call.phase()).isEqualTo(HttpException.Phase.QUEUED);
    second.call.cancel();
    assertThat(client.waitingCalls()).isEqualTo(2);
    Streams.run(base, () -> peer.requests.size() == 1);
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, () -> peer.requests.size() == 2);
    peer.connections.get(0).say(HttpPeer.GET_OK);
    Streams.run(base, third::isOver);
    assertThat(first.kind()).isEqualTo("200");
    assertThat(third.kind()).isEqualTo("200");
    assertThat(second.ends).isZero();
    assertThat(peer.requests.get(1)).startsWith("GET /3 ");
  }

  @EngineTest
  void resolving(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final int[] cancelled = new int[1];
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .limits(HttpClientLimits.DEFAULT.withConnections(1, 100))
                .resolver(
                    (host, result) -> {
                      if (host.equals("slow.test")) {
                        return () -> cancelled[0]++;
                      }
                      result.resolved(List.of(java.net.InetAddress.getLoopbackAddress()), null);
                      return null;
                    })
                .build());
    final String uri = "http://slow.test:" + peer.port() + "/";
    final HttpResults.Result first = HttpResults.send(client.get(uri));
    Streams.runFor(base, 20);
    first.call.cancel();
    assertThat(cancelled[0]).isEqualTo(1);
    check(base, client, first, client.get("http://fast.test:" + peer.port() + "/"));
  }

  /** The connection that is being made goes to the call that waits behind. */
  @EngineTest
  void connectingForAnotherCall(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = single(bases, base);
    final HttpResults.Result first = HttpResults.send(client.get(peer.uri("/1")));
    final HttpResults.Result second = HttpResults.send(client.get(peer.uri("/2")));
    first.call.cancel();
    Streams.run(base, second::isOver);
    assertThat(second.kind()).isEqualTo("200");
    assertThat(peer.connections).hasSize(1);
    assertThat(peer.requests).hasSize(1);
    assertThat(first.ends).isZero();
  }

  @EngineTest
  void shakingHands(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer mute = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client =
        bases.later(HttpClient.builder(base).tls(TlsKit.SUN_13.trusting()).build());
    final HttpResults.Result result =
        HttpResults.send(client.get(mute.uri("/").replace("http:", "https:")));
    Streams.run(base, () -> result.call.phase() == HttpException.Phase.TLS);
    result.call.cancel();
    Streams.run(base, () -> mute.connections.size() == 1 && mute.connections.get(0).ended);
    assertThat(client.connections()).isZero();
    assertThat(result.ends).isZero();
  }

  @EngineTest
  void askingAProxy(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer proxy = new HttpPeer(bases, base, (on, request) -> {});
    final HttpClient client =
        bases.later(
            HttpClient.builder(base)
                .proxy(uri -> org.jevent.http.HttpUri.parse(proxy.uri("/")))
                .build());
    final HttpResults.Result result = HttpResults.send(client.get("https://name.test/"));
    Streams.run(base, () -> proxy.requests.size() == 1);
    result.call.cancel();
    Streams.run(base, () -> proxy.connections.get(0).ended);
    assertThat(client.connections()).isZero();
    assertThat(result.ends).isZero();
  }

  @EngineTest
  void sending(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (request.startsWith("GET")) {
                on.say(HttpPeer.GET_OK);
              }
            });
    final HttpClient client = single(bases, base);
    final HttpResults.Result result =
        HttpResults.send(client.request("PUT", peer.uri("/")).body(new byte[64 << 20]));
    Streams.run(base, () -> !peer.connections.isEmpty());
    Streams.runFor(base, 5);
    assertThat(result.call.phase()).isEqualTo(HttpException.Phase.REQUEST);
    result.call.cancel();
    check(base, client, result, client.get(peer.uri("/")));
  }

  @EngineTest
  void waitingForTheContinue(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (request.startsWith("GET")) {
                on.say(HttpPeer.GET_OK);
              }
            });
    final HttpClient client = single(bases, base);
    final HttpResults.Result result =
        HttpResults.send(client.request("PUT", peer.uri("/")).body(new byte[10]).expectContinue());
    Streams.run(base, () -> peer.requests.size() == 1);
    result.call.cancel();
    check(base, client, result, client.get(peer.uri("/")));
  }

  @EngineTest
  void waiting(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (on.number > 0) {
                on.say(HttpPeer.GET_OK);
              }
            });
    final HttpClient client = single(bases, base);
    final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/")));
    final HttpResults.Result behind = HttpResults.send(client.get(peer.uri("/behind")));
    Streams.run(base, () -> peer.requests.size() == 1);
    assertThat(result.call.phase()).isEqualTo(HttpException.Phase.HEAD);
    result.call.cancel();
    Streams.run(base, behind::isOver);
    assertThat(behind.kind()).isEqualTo("200");
    check(base, client, result, client.get(peer.uri("/")));
  }

  @EngineTest
  void inTheBody(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) ->
                on.say(
                    on.number > 0
                        ? HttpPeer.GET_OK
                        : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell"));
    final HttpClient client = single(bases, base);
    final HttpResults.Result result = HttpResults.send(client.get(peer.uri("/")));
    Streams.run(base, () -> result.call.phase() == HttpException.Phase.BODY);
    result.call.cancel();
    check(base, client, result, client.get(peer.uri("/")));
  }

  @EngineTest
  void beforeARetry(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = single(bases, base);
    final ConnectionListener gone =
        ConnectionListener.bind(
            base,
            Streams.ANY_PORT,
            ConnectionListener.CLOSE_ON_FREE,
            -1,
            (self, socket, from) -> socket.close());
    final int port = ((java.net.InetSocketAddress) gone.address()).getPort();
    gone.close();
    final HttpResults.Result result =
        HttpResults.send(
            client.get("http://127.0.0.1:" + port + "/").connectRetries(3, Duration.ofMillis(50)));
    Streams.run(base, () -> client.connections() == 0);
    result.call.cancel();
    check(base, client, result, client.get(peer.uri("/")));
    Streams.runFor(base, 80);
    assertThat(result.ends).isZero();
  }

  /** In each callback of the call itself. */
  @EngineTest
  void inEachCallback(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer =
        new HttpPeer(
            bases,
            base,
            (on, request) -> {
              if (request.contains("/next")) {
                on.say(HttpPeer.GET_OK);
              } else {
                on.say(
                    "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
              }
            });
    for (final String when : new String[] {"interim", "head", "body", "end"}) {
      final HttpClient client = single(bases, base);
      final List<String> order = new ArrayList<>();
      final HttpResults.Parts parts =
          new HttpResults.Parts() {
            private void at(final String what, final HttpCall call) {
              order.add(what);
              if (what.equals(when)) {
                call.cancel();
              }
            }

            @Override
            public void onInterim(
                final HttpCall call, final int status, final HttpHeaders headers) {
              at("interim", call);
            }

            @Override
            public void onHead(final HttpCall call, final HttpResponse came) {
              at("head", call);
            }

            @Override
            public void onBody(final HttpCall call, final EventBuffer bytes) {
              at("body", call);
              bytes.drain(bytes.length());
            }

            @Override
            public void onEnd(
                final HttpCall call, final HttpResponse came, final HttpException wrong) {
              at("end", call);
            }
          };
      final HttpCall call = client.get(peer.uri("/")).send(parts);
      final HttpResults.Result next = HttpResults.send(client.get(peer.uri("/next")));
      Streams.run(base, next::isOver);
      assertThat(call.isDone()).isTrue();
      assertThat(order.get(order.size() - 1)).isEqualTo(when);
      assertThat(next.kind()).as(when).isEqualTo("200");
      assertThat(bases.exceptions).isEmpty();
      assertThat(client.connections()).isEqualTo(1);
      client.close();
    }
  }

  /** Calls are sent, cancelled and closed in callbacks of others. */
  @EngineTest
  void fromCallbacksOfOthers(final Bases bases) {
    final EventBase base = bases.base();
    final HttpPeer peer = new HttpPeer(bases, base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = single(bases, base);
    final List<HttpResults.Result> others = new ArrayList<>();
    final HttpResults.Result last = new HttpResults.Result();
    client
        .get(peer.uri("/"))
        .send(
            (response, problem) -> {
              others.get(0).call.cancel();
              last.call = client.get(peer.uri("/last")).send(last::ended);
            });
    others.add(HttpResults.send(client.get(peer.uri("/other"))));
    Streams.run(base, last::isOver);
    assertThat(last.kind()).isEqualTo("200");
    assertThat(others.get(0).ends).isZero();
    final int[] ends = new int[1];
    final Consumer<HttpException> closing =
        problem -> {
          ends[0]++;
          client.close();
        };
    client.get(peer.uri("/")).send((response, problem) -> closing.accept(problem));
    client.get(peer.uri("/")).send((response, problem) -> closing.accept(problem));
    Streams.run(base, () -> ends[0] == 2);
    assertThat(client.isClosed()).isTrue();
    assertThat(bases.exceptions).isEmpty();
  }
}
