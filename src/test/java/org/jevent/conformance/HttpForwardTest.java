package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpForwardHandler;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpRequest;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.HttpTimeouts;

/** Exchanges that are passed on to another server. */
class HttpForwardTest {
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  /** A server that passes all on to a peer. */
  private static final class Proxy {
    final HttpKit kit;
    final HttpPeer peer;
    final HttpClient client;
    final List<String> problems = new ArrayList<>();
    HttpExchange exchange;

    Proxy(final Bases bases, final HttpPeer.Script script) {
      kit = new HttpKit(bases);
      peer = new HttpPeer(bases, kit.base, script);
      client = bases.later(new HttpClient(kit.base));
      kit.server.allowedMethods("GET", "HEAD", "POST", "PUT");
      kit.server.handle("/", this::pass);
    }

    HttpRequest request() {
      return client.request(exchange.method(), peer.uri(exchange.target()));
    }

    private void pass(final HttpExchange its) {
      exchange = its;
      request()
          .header("x-own", "mine")
          .forward(
              its,
              new HttpForwardHandler() {
                @Override
                public void onHead(final HttpResponse response, final HttpHeaders fields) {
                  fields.remove("server");
                  fields.add("via", "1.1 test");
                }

                @Override
                public void onProblem(final HttpException problem) {
                  problems.add(problem.kind() + " " + problem.phase());
                }
              });
    }
  }

  @EngineTest
  void fieldsOfOneConnectionStayBehind(final Bases bases) {
    final Proxy proxy =
        new Proxy(
            bases,
            (on, request) ->
                on.say(
                    "HTTP/1.1 201 x\r\nConnection: x-hop, close, close\r\nX-Hop: 1\r\nServer: s\r\n"
                        + "Keep-Alive: timeout=9\r\nProxy-Authenticate: Basic\r\nX-End: 2\r\n"
                        + "X-End: 3\r\nContent-Length: 2\r\n\r\nok"));
    final String answer =
        proxy.kit.talk(
            HttpKit.get(
                "/a?b",
                "Connection: X-Near, keep-alive, keep-alive",
                "X-Near: 1",
                "X-Own: theirs",
                "X-Far: 2",
                "X-Far: 3",
                "TE: trailers",
                "Proxy-Authorization: Basic eA==",
                "Expect: 100-continue",
                "Upgrade: h2c"));
    assertThat(HttpKit.undated(answer))
        .isEqualTo(
            "HTTP/1.1 201 Created\r\nx-end: 2\r\nx-end: 3\r\nvia: 1.1 test\r\n"
                + "Content-Length: 2\r\n\r\nok");
    assertThat(proxy.peer.requests)
        .containsExactly(
            "GET /a?b HTTP/1.1\r\nhost: 127.0.0.1:"
                + proxy.peer.port()
                + "\r\nx-own: mine\r\nx-far: 2\r\nx-far: 3\r\n\r\n");
  }

  @EngineTest
  void bodiesTrailersAndInterimResponses(final Bases bases) {
    final Proxy proxy =
        new Proxy(
            bases,
            (on, request) ->
                on.say(
                    "HTTP/1.1 103 x\r\nLink: </a>\r\n\r\nHTTP/1.1 200 x\r\n"
                        + CHUNKED
                        + "\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n"));
    final String chunked =
        proxy.kit.talk(
            HttpKit.request("POST", "/", CHUNKED) + "4\r\nwxyz\r\n0\r\nX-Sum: 4\r\n\r\n");
    assertThat(HttpKit.statuses(chunked)).containsExactly(103, 200);
    assertThat(chunked).contains("link: </a>\r\n").endsWith("3\r\nabc\r\n0\r\nx-sum: 3\r\n\r\n");
    assertThat(proxy.peer.requests.get(0))
        .contains("transfer-encoding: chunked\r\n")
        .endsWith("4\r\nwxyz\r\n0\r\nx-sum: 4\r\n\r\n");
    assertThat(HttpKit.statuses(proxy.kit.talk(HttpKit.post("/", "hello"))))
        .containsExactly(103, 200);
    assertThat(proxy.peer.requests.get(1)).contains("content-length: 5\r\n").endsWith("\r\nhello");
  }

  @EngineTest
  void answersWithoutBodies(final Bases bases) {
    final Proxy proxy =
        new Proxy(
            bases,
            (on, request) ->
                on.say(
                    request.startsWith("HEAD")
                        ? "HTTP/1.1 200 x\r\nContent-Length: 77\r\n\r\n"
                        : request.contains("/204")
                            ? "HTTP/1.1 204 x\r\n\r\n"
                            : "HTTP/1.1 304 x\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n"));
    final String answer =
        proxy.kit.talk(HttpKit.request("HEAD", "/") + HttpKit.get("/204") + HttpKit.get("/304"));
    assertThat(HttpKit.statuses(answer)).containsExactly(200, 204, 304);
    assertThat(answer).contains("Content-Length: 77\r\n").doesNotContain("Content-Length: 9");
    assertThat(proxy.client.connections()).isEqualTo(1);
  }

  /** Neither end gets more than it takes, and all arrives. */
  @EngineTest
  void theSlowerEndHoldsTheFasterOne(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpServer far = bases.later(new HttpServer(kit.base));
    final int port = bind(far);
    final int[] left = {4000};
    final HttpExchange[] reading = new HttpExchange[1];
    final long[] got = new long[1];
    final BufferEvent[] passing = new BufferEvent[1];
    far.handle(
        "/down",
        exchange -> {
          exchange.start(200);
          exchange.onWritable(
              self -> {
                while (left[0] > 0 && self.isWritable()) {
                  left[0]--;
                  self.write(new byte[10_000]);
                }
                if (left[0] == 0) {
                  self.end();
                }
              });
        });
    far.handle(
        "/up",
        exchange -> {
          reading[0] = exchange;
          exchange
              .maxBody(Long.MAX_VALUE)
              .readBody(
                  (self, bytes) -> {
                    got[0] += bytes.length();
                    self.pauseBody();
                  },
                  self -> self.respond(200, "all"));
        });
    final HttpClient client = bases.later(new HttpClient(kit.base));
    kit.server.handle(
        "/",
        exchange -> {
          passing[0] = exchange.connection().stream();
          client
              .request(exchange.method(), "http://127.0.0.1:" + port + exchange.target())
              .forward(exchange.maxBody(Long.MAX_VALUE));
        });
    final HttpKit.Client reader = kit.client().say(HttpKit.get("/down"));
    reader.stream.disable(Event.READ);
    Streams.run(kit.base, () -> left[0] < 4000);
    for (int turn = 0; turn < 2000; turn++) { // in which megabytes would be taken
      kit.base.loop(EventBase.LOOP_NONBLOCK);
      assertThat(passing[0].output().length()).isLessThan(512 * 1024);
    }
    assertThat(left[0]).isPositive();
    reader.stream.enable(Event.READ);
    Streams.run(kit.base, 60, () -> reader.got.length() > 40_000_000);
    assertThat(left[0]).isZero();
    final HttpKit.Client sender = kit.client();
    sender.say(HttpKit.request("POST", "/up", "Content-Length: 10000000"));
    for (int i = 0; i < 1000; i++) {
      sender.stream.write(new byte[10_000]);
    }
    Streams.run(kit.base, 60, () -> got[0] > 0);
    Streams.runFor(kit.base, 30);
    assertThat(sender.stream.output().length()).isPositive();
    Streams.run(
        kit.base,
        60,
        () -> {
          reading[0].resumeBody();
          return got[0] == 10_000_000;
        });
    assertThat(sender.stream.output().length()).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  private static int bind(final HttpServer server) {
    return ((InetSocketAddress) server.bind(Streams.ANY_PORT).address()).getPort();
  }

  @EngineTest
  void whatFailsThere(final Bases bases) {
    final Proxy closes = new Proxy(bases, (on, request) -> on.close());
    final String bad = closes.kit.talk(HttpKit.get("/"));
    assertThat(HttpKit.statuses(bad)).containsExactly(502);
    assertThat(closes.problems).containsExactly("CUT HEAD");
    final Proxy cut =
        new Proxy(
            bases,
            (on, request) -> {
              on.say("HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf");
              on.close();
            });
    final HttpKit.Client client = cut.kit.client().say(HttpKit.get("/"));
    assertThat(client.rest()).doesNotEndWith("0\r\n\r\n").contains("Content-Length: 9");
    assertThat(cut.problems).containsExactly("CUT BODY");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatIsLateThere(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpPeer silent = new HttpPeer(bases, kit.base, (on, request) -> {});
    final HttpClient client = bases.later(new HttpClient(kit.base));
    kit.server.handle(
        "/",
        exchange ->
            client
                .get(silent.uri("/"))
                .timeouts(HttpTimeouts.DEFAULT.withHead(java.time.Duration.ofMillis(30)))
                .forward(exchange));
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/") + HttpKit.get("/"))))
        .containsExactly(504, 504);
  }

  /** A client that leaves ends the call; so does a body that is larger than the server's limit. */
  @EngineTest
  void whatFailsHere(final Bases bases) {
    final Proxy proxy = new Proxy(bases, (on, request) -> {});
    final HttpKit.Client leaves = proxy.kit.client().say(HttpKit.get("/"));
    Streams.run(proxy.kit.base, () -> proxy.peer.requests.size() == 1);
    leaves.stream.close();
    // the answer cannot leave once the peer gives one
    proxy.peer.connections.get(0).answer("x".repeat(100_000));
    Streams.run(proxy.kit.base, () -> proxy.kit.server.connections() == 0);
    final HttpKit.Client large =
        proxy.kit.client().say(HttpKit.request("POST", "/", CHUNKED) + "100000\r\n");
    large.stream.write(new byte[1 << 20]);
    large.say("\r\n1\r\nx\r\n");
    assertThat(HttpKit.statuses(large.rest())).containsExactly(413);
    Streams.run(proxy.kit.base, () -> proxy.client.connections() == 0);
    assertThat(proxy.problems).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  /** An answer that comes before the body has is passed on; the rest of the body is dropped. */
  @EngineTest
  void anEarlyAnswer(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpServer far = bases.later(new HttpServer(kit.base));
    final int port = bind(far);
    far.handle("/", exchange -> exchange.closeAfter().respond(403, "no"));
    final HttpClient client = bases.later(new HttpClient(kit.base));
    kit.server.handle(
        "/",
        exchange -> client.request("POST", "http://127.0.0.1:" + port + "/").forward(exchange));
    final HttpKit.Client sender = kit.client();
    sender.say(HttpKit.request("POST", "/", CHUNKED) + "3\r\nabc\r\n");
    Streams.run(kit.base, () -> sender.got.indexOf("no") >= 0);
    assertThat(HttpKit.statuses(sender.got.toString())).containsExactly(403);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatCannotBePassedOn(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpClient client = bases.later(new HttpClient(kit.base));
    final HttpClient closed = new HttpClient(kit.base);
    closed.close();
    kit.server.handle(
        "/",
        exchange -> {
          assertThatThrownBy(() -> client.get("http://a/").body(new byte[1]).forward(exchange))
              .isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> closed.get("http://a/").forward(exchange))
              .isInstanceOf(IllegalStateException.class);
          exchange.readBody(
              whole -> {
                assertThatThrownBy(() -> client.get("http://a/").forward(whole))
                    .isInstanceOf(IllegalStateException.class);
                whole.respond(200, "kept");
              });
        });
    assertThat(HttpKit.statuses(kit.talk(HttpKit.post("/", "body")))).containsExactly(200);
    assertThat(bases.exceptions).isEmpty();
  }

  /**
   * An answer of the program's ends what was passed on: a late response reaches no other client.
   */
  @EngineTest
  void aLateResponseIsDropped(final Bases bases) {
    final List<HttpPeer.Connection> waiting = new ArrayList<>();
    final Proxy proxy = new Proxy(bases, (on, request) -> waiting.add(on));
    final HttpKit.Client first = proxy.kit.client().say(HttpKit.get("/slow"));
    Streams.run(proxy.kit.base, () -> !waiting.isEmpty());
    proxy.exchange.error(504, "enough");
    assertThat(HttpKit.statuses(first.until("\r\n\r\n"))).containsExactly(504);
    assertThat(proxy.client.connections()).isZero();
    proxy.kit.server.handle("/other", other -> other.onClose((self, problem) -> {}));
    final HttpKit.Client second = proxy.kit.client().say(HttpKit.get("/other"));
    waiting.get(0).say(HttpPeer.GET_OK);
    Streams.runFor(proxy.kit.base, 20);
    assertThat(second.got).isEmpty();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatCannotBePassedOnIsRefused(final Bases bases) {
    final Proxy proxy = new Proxy(bases, (on, request) -> on.say(HttpPeer.GET_OK));
    final List<String> refused = new ArrayList<>();
    proxy.kit.server.handle(
        "/twice",
        exchange -> {
          proxy.exchange = exchange;
          proxy.request().forward(exchange);
          try {
            proxy.request().forward(exchange);
          } catch (final IllegalStateException e) {
            refused.add(e.getMessage());
          }
        });
    proxy.kit.server.handle(
        "/begun",
        exchange -> {
          proxy.exchange = exchange;
          exchange.start(200);
          try {
            proxy.request().forward(exchange);
          } catch (final IllegalStateException e) {
            refused.add(e.getMessage());
          }
          exchange.end();
        });
    assertThat(HttpKit.statuses(proxy.kit.talk(HttpKit.get("/twice") + HttpKit.get("/begun"))))
        .containsExactly(200, 200);
    assertThat(refused).hasSize(2).allMatch(each -> each.startsWith("forward GET http://"));
  }

  /** Fields of a response that is not passed on do not belong to the page of the error. */
  @EngineTest
  void aHandlerThatThrowsLeavesAPlainPage(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpPeer peer =
        new HttpPeer(
            bases,
            kit.base,
            (on, request) ->
                on.say("HTTP/1.1 200 x\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nok"));
    final HttpClient client = bases.later(new HttpClient(kit.base));
    kit.server.handle(
        "/",
        exchange ->
            client
                .get(peer.uri("/"))
                .forward(
                    exchange,
                    new HttpForwardHandler() {
                      @Override
                      public void onHead(final HttpResponse response, final HttpHeaders fields) {
                        fields.add("content-length", "2").add("connection", "x");
                      }
                    }));
    final String answer = kit.talk(HttpKit.get("/"));
    assertThat(HttpKit.statuses(answer)).containsExactly(502);
    assertThat(answer).doesNotContain("a=b");
    assertThat(bases.exceptions).hasSize(1);
    bases.exceptions.clear();
  }

  /** A client that stops sending when it has seen the answer gets all of that, however long. */
  @EngineTest
  void anEarlyAnswerIsNotCut(final Bases bases) {
    final List<HttpPeer.Connection> asked = new ArrayList<>();
    final Proxy proxy = new Proxy(bases, (on, request) -> {});
    proxy.kit.server.limits(
        HttpServerLimits.DEFAULT.bodySilence(Duration.ofMillis(100)).minRate(0));
    final HttpKit.Client client =
        proxy.kit.client().say(HttpKit.request("POST", "/", "Content-Length: 1000") + "begun");
    Streams.run(proxy.kit.base, () -> !proxy.peer.connections.isEmpty());
    asked.addAll(proxy.peer.connections);
    Streams.run(proxy.kit.base, () -> asked.get(0).received.toString().endsWith("begun"));
    asked.get(0).say("HTTP/1.1 200 x\r\nContent-Length: 6\r\n\r\nabc");
    assertThat(client.until("abc")).contains("HTTP/1.1 200 OK").contains("Connection: close");
    Streams.runFor(proxy.kit.base, 300);
    asked.get(0).say("def");
    client.until("def");
    assertThat(proxy.problems).isEmpty();
  }

  /** All that the server takes reaches the next one as it is, although it is no URI. */
  @EngineTest
  void targetsArePassedOnAsTheyAre(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpPeer next = new HttpPeer(bases, kit.base, (on, request) -> on.say(HttpPeer.GET_OK));
    final HttpClient client = bases.later(new HttpClient(kit.base));
    kit.server.handle(
        "/",
        exchange ->
            client
                .request(exchange.method(), next.uri(""))
                .target(exchange.target())
                .forward(exchange));
    final StringBuilder path = new StringBuilder("/");
    final StringBuilder query = new StringBuilder("?");
    for (char c = '!'; c < 0x7f; c++) {
      if ("\"<>#".indexOf(c) < 0) {
        query.append(c);
        path.append("\\?%".indexOf(c) < 0 ? String.valueOf(c) : "");
      }
    }
    final List<String> targets =
        List.of("/|^{}[]`", "/%5B[]", "//a//b", "/a?", "/a/../b", "" + path + query);
    for (final String each : targets) {
      assertThat(kit.talk(HttpKit.get(each))).as(each).endsWith("ok");
      assertThat(next.requests.get(next.requests.size() - 1))
          .startsWith("GET " + each + " HTTP/1.1");
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void targetsThatAreNone(final Bases bases) {
    final HttpClient client = bases.later(new HttpClient(bases.base()));
    for (final String each :
        List.of("", "a", "http://a/", "*", "/ ", "/a b", "/\r\nX: y", "/#a", "/\u00e4")) {
      assertThatThrownBy(() -> client.request("GET", "http://a/").target(each))
          .as(each)
          .isInstanceOf(IllegalArgumentException.class);
    }
    client.request("OPTIONS", "http://a/").target("*");
    assertThatThrownBy(() -> client.tunnel("http://a:80", "b:80").target("/"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
