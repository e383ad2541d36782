package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpAccess;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpHost;

/** What a server answers: heads, paths, hosts, methods, errors and their order. */
class HttpServerTest {
  @EngineTest
  void hello(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "Hello\n"));
    final HttpKit.Client client = kit.client().say(HttpKit.get("/"));
    final String answer = client.until("Hello\n");
    assertThat(answer).containsPattern("Date: [A-Z][a-z][a-z], \\d\\d [A-Z][a-z][a-z] \\d{4} ");
    assertThat(HttpKit.undated(answer))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 6\r\n\r\nHello\n");
    client.say(HttpKit.get("/again"));
    client.until("Hello\n");
    assertThat(kit.server.connections()).isEqualTo(1);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void allOfARequestIsSeen(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<String> seen = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          seen.add(exchange.method());
          seen.add(exchange.scheme());
          seen.add(exchange.authority());
          seen.add(exchange.path());
          seen.add(exchange.rawPath());
          seen.add(exchange.query());
          seen.add(exchange.version());
          seen.add(exchange.target());
          seen.add(exchange.header("x-ONE"));
          seen.addAll(exchange.headers().all("x-one"));
          exchange.respond(204);
        });
    kit.client()
        .say(
            "GET /a%20b/../c%2Fd?q=1 HTTP/1.0\r\n"
                + "host: A.example:80\r\n"
                + "X-One: 1\r\n"
                + "x-one: 2\r\n\r\n")
        .rest();
    assertThat(seen)
        .containsExactly(
            "GET",
            "http",
            "A.example:80",
            "/c%2Fd",
            "/a%20b/../c%2Fd",
            "q=1",
            "HTTP/1.0",
            "/a%20b/../c%2Fd?q=1",
            "1",
            "1",
            "2");
  }

  @EngineTest
  void theLongestPathServes(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    for (final String path : List.of("/", "/a/", "/a/b", "/a/b/", "/a/b/c/d/")) {
      kit.server.handle(path, exchange -> exchange.respond(200, "<" + path + ">"));
    }
    final String answer =
        kit.talk(
            HttpKit.get("/x")
                + HttpKit.get("/a")
                + HttpKit.get("/a/x?y/z")
                + HttpKit.get("/a/b")
                + HttpKit.get("/a/b/")
                + HttpKit.get("/a/b/c/x")
                + HttpKit.get("/a/b/c/d/e")
                + HttpKit.get("/%61/./b")
                + HttpKit.get("/a%2Fb"));
    assertThat(answer.replaceAll("(?s)[^<>]*(<[^>]*>)[^<>]*", "$1"))
        .isEqualTo("</></></a/></a/b></a/b/></a/b/></a/b/c/d/></a/b></>");
    assertThatThrownBy(() -> kit.server.handle("/a/", exchange -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kit.server.handle("a", exchange -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(kit.server.unhandle("/")).isTrue();
    assertThat(kit.server.unhandle("/")).isFalse();
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/x")))).containsExactly(404);
    kit.server.fallback(exchange -> exchange.respond(203));
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/x")))).containsExactly(203);
  }

  @EngineTest
  void virtualHosts(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "<default>"));
    final HttpHost one = kit.server.host("*.one.example");
    one.alias("1.example").handle("/", exchange -> exchange.respond(200, "<one>"));
    one.host("deep.one.example").handle("/", exchange -> exchange.respond(200, "<deep>"));
    kit.server.host("[::1]").handle("/", exchange -> exchange.respond(200, "<six>"));
    final StringBuilder requests = new StringBuilder();
    for (final String host :
        List.of("x", "a.one.example:80", "DEEP.One.Example.", "1.example", "[::1]:8080")) {
      requests.append("GET / HTTP/1.1\r\nHost: ").append(host).append("\r\n\r\n");
    }
    requests.append("GET http://1.example/x HTTP/1.1\r\nHost: 1.example\r\n\r\n");
    assertThat(kit.talk(requests.toString()).replaceAll("(?s)[^<>]*(<[^>]*>)[^<>]*", "$1"))
        .isEqualTo("<default><one><deep><one><six><one>");
    assertThat(kit.server.removeHost(one)).isTrue();
    assertThat(kit.talk("GET / HTTP/1.1\r\nHost: 1.example\r\n\r\n")).endsWith("<default>");
  }

  @EngineTest
  void methods(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, exchange.method()));
    kit.server.handle("/brew", exchange -> exchange.respond(200, exchange.method()), "BREW", "GET");
    assertThat(kit.talk(HttpKit.request("DELETE", "/"))).endsWith("DELETE");
    final String options = kit.talk(HttpKit.request("OPTIONS", "/"));
    assertThat(HttpKit.statuses(options)).containsExactly(204);
    assertThat(options).contains("allow: GET, POST, PUT, DELETE, HEAD, OPTIONS\r\n");
    assertThat(HttpKit.statuses(kit.talk(HttpKit.request("OPTIONS", "*")))).containsExactly(204);
    final String patch = kit.talk(HttpKit.request("PATCH", "/"));
    assertThat(HttpKit.statuses(patch)).containsExactly(405);
    assertThat(patch).contains("allow: GET, POST, PUT, DELETE, HEAD, OPTIONS\r\n");
    assertThat(HttpKit.statuses(kit.talk(HttpKit.request("BREW", "/")))).containsExactly(501);
    assertThat(HttpKit.statuses(kit.talk(HttpKit.request("get", "/")))).containsExactly(501);
    assertThat(kit.talk(HttpKit.request("BREW", "/brew"))).endsWith("BREW");
    assertThat(HttpKit.statuses(kit.talk(HttpKit.request("PUT", "/brew")))).containsExactly(405);
    assertThat(HttpKit.statuses(kit.talk("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n")))
        .containsExactly(405);
    kit.server.allowedMethods("PATCH", "OPTIONS");
    assertThat(kit.talk(HttpKit.request("PATCH", "/"))).endsWith("PATCH");
    assertThat(kit.talk(HttpKit.request("OPTIONS", "/"))).endsWith("OPTIONS");
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/")))).containsExactly(405);
  }

  @EngineTest
  void anAnswerToHeadIsAHead(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "Hello\n"));
    kit.server.handle(
        "/parts",
        exchange -> {
          exchange.start(200);
          exchange.write("never seen");
          exchange.end();
        });
    final String answer =
        kit.talk(HttpKit.request("HEAD", "/") + HttpKit.request("HEAD", "/parts"));
    assertThat(HttpKit.undated(answer))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n"
                + "Content-Length: 6\r\n\r\n"
                + "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n");
  }

  @EngineTest
  void answersComeInOrder(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> waiting = new ArrayList<>();
    kit.server.handle("/late", waiting::add);
    kit.server.handle("/", exchange -> exchange.respond(200, exchange.query() + ";"));
    final HttpKit.Client client = kit.client();
    client.say(HttpKit.get("/?1") + HttpKit.get("/late") + HttpKit.get("/?3") + HttpKit.get("/?4"));
    Streams.run(kit.base, () -> !waiting.isEmpty());
    Streams.runFor(kit.base, 20);
    assertThat(client.statuses()).containsExactly(200);
    kit.base.execute(() -> waiting.get(0).respond(201));
    client.until("4;");
    assertThat(bases.exceptions).isEmpty();
  }

  /** Pipelined requests of one client are served in parts. */
  @EngineTest
  void manyPipelinedRequestsLeaveOtherClientsTheirTurn(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final AtomicInteger served = new AtomicInteger();
    final int[] whenOther = new int[1];
    kit.server.handle(
        "/",
        exchange -> {
          served.incrementAndGet();
          exchange.respond(200);
        });
    kit.server.handle(
        "/other",
        exchange -> {
          whenOther[0] = served.get();
          exchange.respond(200);
        });
    final HttpKit.Client other = kit.client();
    final HttpKit.Client greedy = kit.client();
    Streams.run(kit.base, () -> kit.server.connections() == 2);
    greedy.say(HttpKit.get("/").repeat(10_000));
    Streams.run(kit.base, () -> served.get() > 0);
    final int before = served.get();
    other.say(HttpKit.get("/other"));
    Streams.run(kit.base, 60, () -> served.get() == 10_000 && !other.got.isEmpty());
    assertThat(before).as("in the first turns").isLessThan(1000);
    assertThat(whenOther[0] - before).as("while the other one waited").isLessThan(1000);
    Streams.run(kit.base, 60, () -> greedy.statuses().size() == 10_000);
  }

  @EngineTest
  void errorsOfHandlers(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpException.Kind> ends = new ArrayList<>();
    kit.server.handle(
        "/before",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          throw new IllegalStateException("before");
        });
    kit.server.handle(
        "/during",
        exchange -> {
          exchange.start(200);
          exchange.write("x".repeat(600));
          throw new IllegalStateException("during");
        });
    kit.server.handle(
        "/after",
        exchange -> {
          exchange.respond(200, "fine");
          throw new IllegalStateException("after");
        });
    final String before = kit.client().say(HttpKit.get("/before")).rest();
    assertThat(HttpKit.statuses(before)).containsExactly(500);
    assertThat(before).contains("Connection: close\r\n");
    assertThat(kit.client().say(HttpKit.get("/during")).rest()).doesNotContain("0\r\n\r\n");
    final HttpKit.Client after = kit.client().say(HttpKit.get("/after") + HttpKit.get("/after"));
    Streams.run(kit.base, () -> after.statuses().size() == 2);
    assertThat(after.hasEnded()).isFalse();
    assertThat(bases.exceptions)
        .extracting(Throwable::getMessage)
        .containsExactly("before", "during", "after", "after");
    assertThat(ends).containsExactly(HttpException.Kind.CANCELLED);
  }

  @EngineTest
  void pagesOfErrors(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    assertThat(kit.talk(HttpKit.get("/x"))).endsWith("\r\n\r\n404 Not Found\n");
    kit.server.errorPage(
        (status, reason, fields, body) -> {
          fields.add("X-Page", "own");
          body.add("<" + status + ">");
        });
    assertThat(kit.talk(HttpKit.get("/x"))).contains("x-page: own\r\n").endsWith("<404>");
    assertThat(kit.talk("nonsense\r\n\r\n")).contains("x-page: own\r\n").endsWith("<400>");
    kit.server.errorPage(
        (status, reason, fields, body) -> {
          body.add("half");
          throw new IllegalStateException("page");
        });
    assertThat(kit.talk(HttpKit.get("/x"))).endsWith("\r\n\r\n404 Not Found\n");
    assertThat(bases.exceptions).hasSize(1);
  }

  @EngineTest
  void anExchangeThatIsOverIsRefused(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> kept = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          kept.add(exchange);
          exchange.respond(200);
        });
    final HttpKit.Client client = kit.client();
    client.say(HttpKit.get("/") + HttpKit.get("/") + HttpKit.get("/"));
    Streams.run(kit.base, () -> client.statuses().size() == 3);
    for (final HttpExchange each : kept) {
      assertThatThrownBy(each::method).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> each.respond(200)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(each::end).isInstanceOf(IllegalStateException.class);
    }
    assertThat(kept.get(0)).isNotSameAs(kept.get(1));
  }

  @EngineTest
  void whatMayNotBeWritten(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<String> refused = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          final String[][] bad = {
            {"x y", "z"},
            {"", "z"},
            {"x", "a\r\nb: c"},
            {"x", "a\nb"},
            {"x", "a\0"},
            {"x", " a"},
            {"x", "\u20ac"},
            {"x:", "y"},
            {"Connection", "close"},
            {"transfer-encoding", "x"},
            {"upgrade", "x"},
            {"TE", "x"},
            {"Keep-Alive", "x"},
            {"content-length", "-1"},
            {"content-length", "+1"},
            {"content-length", "1, 1"}
          };
          for (final String[] each : bad) {
            try {
              exchange.header(each[0], each[1]);
            } catch (final IllegalArgumentException e) {
              refused.add(each[0]);
            }
          }
          assertThat(refused).hasSize(bad.length);
          assertThatThrownBy(() -> exchange.respond(199))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> exchange.respond(204, "body"))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> exchange.inform(101, null))
              .isInstanceOf(IllegalArgumentException.class);
          exchange.header("X", "a\tb").respond(200, "");
          assertThat(refused).isNotEmpty();
        });
    final String answer = kit.talk(HttpKit.get("/"));
    assertThat(HttpKit.undated(answer))
        .isEqualTo("HTTP/1.1 200 OK\r\nx: a\tb\r\nContent-Length: 0\r\n\r\n");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void hooks(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpAccess> records = new ArrayList<>();
    final boolean[] accepts = {true};
    kit.server
        .onHead(
            exchange -> {
              if (exchange.path().equals("/no")) {
                exchange.respond(403, "no");
              }
            })
        .onConnection(peer -> accepts[0])
        .onComplete(records::add)
        .handle("/", exchange -> exchange.respond(200, "four"));
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/yes") + HttpKit.get("/no"))))
        .containsExactly(200, 403);
    kit.talk("bad\r\n\r\n");
    assertThat(records).extracting(HttpAccess::status).containsExactly(200, 403, 400);
    assertThat(records).extracting(HttpAccess::target).containsExactly("/yes", "/no", null);
    assertThat(records.get(0).bytesOut()).isEqualTo(4);
    assertThat(records.get(0).peer()).isNotNull();
    assertThat(records.get(2).problem()).hasMessageContaining("400");
    accepts[0] = false;
    assertThat(kit.client().say(HttpKit.get("/")).rest()).isEmpty();
  }

  @EngineTest
  void interimAnswers(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange -> {
          exchange.inform(103, new HttpHeaders().add("Link", "</x>"));
          exchange.respond(200);
        });
    assertThat(kit.talk(HttpKit.get("/")))
        .startsWith("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n");
    assertThat(kit.talk("GET / HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @EngineTest
  void aStreamWithInputIsServed(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/", exchange -> exchange.respond(200, new EventBuffer(kit.base).add("in memory")));
    final HttpKit.Client client = kit.pair();
    client.say(HttpKit.get("/"));
    client.until("in memory");
    final SocketBufferEvent[] ends = Streams.pair(bases, kit.base, BufferEvent.CLOSE_ON_FREE);
    ends[0].enable(Event.READ);
    ends[1].write(HttpKit.get("/").getBytes(StandardCharsets.US_ASCII));
    Streams.run(kit.base, () -> !ends[0].input().isEmpty());
    kit.server.serve(ends[0]);
    ends[1].enable(Event.READ);
    Streams.run(kit.base, () -> ends[1].input().length() > 20);
    assertThat(bases.exceptions).isEmpty();
  }
}
