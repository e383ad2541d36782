package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.buffer.EventBuffer;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpServerLimits;

/** Bodies of requests and answers: framing, parts, back-pressure, and what cuts them. */
class HttpBodyTest {
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  private static String text(final EventBuffer buffer) {
    return new String(buffer.readBytes((int) buffer.length()), StandardCharsets.ISO_8859_1);
  }

  /** Answers with the body that has come whole. */
  private static void echoWhole(final HttpExchange exchange) {
    exchange.readBody(whole -> whole.respond(200, "<" + text(whole.body()) + ">"));
  }

  @EngineTest
  void wholeBodies(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", HttpBodyTest::echoWhole);
    final String answer =
        kit.talk(
            HttpKit.post("/", "")
                + HttpKit.post("/", "x")
                + HttpKit.get("/")
                + HttpKit.request("POST", "/", CHUNKED)
                + "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
                + HttpKit.post("/", "last"));
    assertThat(answer.replaceAll("(?s)[^<>]*(<[^>]*>)[^<>]*", "$1"))
        .isEqualTo("<><x><><abcdefg><last>");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void bodiesInParts(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final StringBuilder got = new StringBuilder();
    final List<String> trailers = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange ->
            exchange.readBody(
                (self, bytes) -> got.append(text(bytes)),
                self -> {
                  trailers.addAll(self.trailers().all("X-Sum"));
                  self.respond(201);
                }));
    final HttpKit.Client client = kit.client().say(HttpKit.request("POST", "/", CHUNKED));
    client.say("3\r\nabc\r\n");
    Streams.run(kit.base, () -> got.toString().equals("abc"));
    client.say("1\r\nd");
    Streams.run(kit.base, () -> got.toString().equals("abcd"));
    assertThat(client.got).isEmpty();
    client.say("\r\n0\r\nX-Sum: 4\r\n\r\n").until("201");
    assertThat(trailers).containsExactly("4");
  }

  @EngineTest
  void limitsOfBodies(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.body(10));
    kit.server.handle("/", HttpBodyTest::echoWhole);
    kit.server.handle("/more", exchange -> echoWhole(exchange.maxBody(20)));
    assertThat(HttpKit.statuses(kit.talk(HttpKit.post("/", "0123456789")))).containsExactly(200);
    assertThat(HttpKit.statuses(kit.talk(HttpKit.post("/more", "0123456789x"))))
        .containsExactly(200);
    assertThat(HttpKit.statuses(kit.talk(HttpKit.post("/", "0123456789x") + HttpKit.get("/"))))
        .as("announced")
        .containsExactly(413);
    for (final String chunks : List.of("b\r\n0123456789x\r\n", "9\r\n012345678\r\n2\r\nxx\r\n")) {
      assertThat(
              HttpKit.statuses(
                  kit.talk(HttpKit.request("POST", "/", CHUNKED) + chunks + "0\r\n\r\n")))
          .as(chunks)
          .containsExactly(413);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  /** The sender stops: what waits here is bounded. */
  @EngineTest
  void aPausedBodyHoldsTheSender(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.body(1 << 30));
    final HttpExchange[] paused = new HttpExchange[1];
    final long[] got = new long[1];
    kit.server.handle(
        "/",
        exchange -> {
          paused[0] = exchange;
          exchange.readBody(
              (self, bytes) -> {
                got[0] += bytes.length();
                if (got[0] < 1000) {
                  self.pauseBody();
                }
              },
              self -> self.respond(200, "all"));
        });
    final HttpKit.Client client = kit.pair();
    final int size = 4 << 20;
    client.say(HttpKit.request("POST", "/", "Content-Length: " + size) + "x");
    Streams.run(kit.base, () -> got[0] > 0);
    final long before = got[0];
    client.stream.write(new byte[size - 1]);
    Streams.runFor(kit.base, 30);
    assertThat(got[0]).isEqualTo(before);
    assertThat(client.stream.output().length()).isGreaterThan(size - 300_000);
    paused[0].resumeBody();
    client.until("all");
    assertThat(got[0]).isEqualTo(size);
  }

  /** The end waits as well. */
  @EngineTest
  void aPausedBodyDoesNotEnd(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final HttpExchange[] paused = new HttpExchange[1];
    kit.server.handle(
        "/",
        exchange -> {
          paused[0] = exchange;
          exchange.readBody((self, bytes) -> self.pauseBody(), self -> self.respond(200, "end"));
        });
    final HttpKit.Client client = kit.client().say(HttpKit.post("/", "whole"));
    Streams.run(kit.base, () -> paused[0] != null);
    Streams.runFor(kit.base, 30);
    assertThat(client.got).isEmpty();
    paused[0].resumeBody();
    client.until("end");
  }

  @EngineTest
  void expectations(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/read", HttpBodyTest::echoWhole);
    kit.server.handle("/no", exchange -> exchange.respond(403));
    final String expect = "Expect: 100-continue";
    final HttpKit.Client client =
        kit.client().say(HttpKit.request("POST", "/read", expect, "Content-Length: 3"));
    client.until("HTTP/1.1 100 Continue\r\n\r\n");
    client.say("abc").until("<abc>");
    client.say(HttpKit.post("/read", "there", expect));
    assertThat(client.until("<there>")).doesNotContain("100 Continue");
    final HttpKit.Client refused =
        kit.client().say(HttpKit.request("POST", "/no", expect, "Content-Length: 3"));
    final String answer = refused.rest();
    assertThat(HttpKit.statuses(answer)).containsExactly(403);
    assertThat(answer).contains("Connection: close\r\n");
    assertThat(kit.talk("POST /read HTTP/1.0\r\n" + expect + "\r\nContent-Length: 1\r\n\r\nx"))
        .doesNotContain("100 Continue")
        .contains("<x>");
    assertThat(HttpKit.statuses(kit.talk(HttpKit.post("/read", "x", "Expect: 200-ok"))))
        .containsExactly(417);
  }

  @EngineTest
  void aBodyThatIsNotRead(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.body(1 << 30));
    kit.server.handle("/", exchange -> exchange.respond(200, "done;"));
    final HttpKit.Client client =
        kit.client()
            .say(
                HttpKit.post("/", "x".repeat(60_000))
                    + HttpKit.request("POST", "/", CHUNKED)
                    + "3\r\nabc\r\n0\r\n\r\n"
                    + HttpKit.get("/"));
    Streams.run(kit.base, () -> client.statuses().size() == 3);
    assertThat(client.hasEnded()).isFalse();
    final HttpKit.Client large =
        kit.client().say(HttpKit.request("POST", "/", "Content-Length: 10000000"));
    large.stream.write(new byte[2_000_000]);
    final String answer = large.rest();
    assertThat(HttpKit.statuses(answer)).containsExactly(200);
    assertThat(answer).contains("Connection: close\r\n").endsWith("done;");
    final HttpKit.Client endless =
        kit.client().say(HttpKit.request("POST", "/", CHUNKED) + "5\r\nabcde\r\n");
    assertThat(endless.rest()).contains("Connection: close\r\n").endsWith("done;");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aCutBodyIsReportedOnce(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpException.Kind> ends = new ArrayList<>();
    final List<String> whole = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          exchange.readBody((self, bytes) -> {}, self -> whole.add("whole"));
        });
    final String head = HttpKit.request("POST", "/", "Content-Length: 10");
    for (final String part : List.of("", "12345", "123456789")) {
      assertThat(kit.talk(head + part)).as(part).isEmpty();
    }
    assertThat(kit.talk(HttpKit.request("POST", "/", CHUNKED) + "3\r\nab")).isEmpty();
    assertThat(HttpKit.statuses(kit.talk(HttpKit.request("POST", "/", CHUNKED) + "3\r\nabcd\r\n")))
        .containsExactly(400);
    assertThat(ends)
        .containsExactly(
            HttpException.Kind.CUT,
            HttpException.Kind.CUT,
            HttpException.Kind.CUT,
            HttpException.Kind.CUT,
            HttpException.Kind.MALFORMED);
    assertThat(whole).isEmpty();
    assertThat(kit.server.connections()).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void answersInParts(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/chunks",
        exchange -> {
          exchange.start(200);
          exchange.write("a");
          exchange.write("bc");
          exchange.write("");
          exchange.write(new EventBuffer(kit.base).add("d".repeat(600)));
          exchange.write("e");
          exchange.end(new HttpHeaders().add("X-Sum", "1"));
        });
    kit.server.handle(
        "/length",
        exchange -> {
          exchange.length(3).start(200);
          exchange.write("ab");
          exchange.write("c");
          exchange.end();
        });
    final String answer =
        HttpKit.undated(kit.talk(HttpKit.get("/chunks") + HttpKit.get("/length")));
    assertThat(answer)
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "3\r\nabc\r\n258\r\n"
                + "d".repeat(600)
                + "\r\n1\r\ne\r\n0\r\nx-sum: 1\r\n\r\n"
                + "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
                + "Content-Length: 3\r\n\r\nabc");
    assertThat(HttpKit.undated(kit.talk("GET /chunks HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"
                + "Connection: close\r\n\r\nabc"
                + "d".repeat(600)
                + "e");
  }

  @EngineTest
  void statusesWithoutABody(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange -> {
          final int status = Integer.parseInt(exchange.query());
          if (status == 304) {
            exchange.length(5); // of the body that was not changed
          }
          exchange.respond(status);
        });
    assertThat(HttpKit.undated(kit.talk(HttpKit.get("/?304") + HttpKit.get("/?204"))))
        .isEqualTo(
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\n\r\n");
  }

  /** An answer that differs from its announced length ends the connection, and says so here. */
  @EngineTest
  void tooManyAndTooFewBytes(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<String> problems = new ArrayList<>();
    kit.server.handle(
        "/many",
        exchange -> {
          exchange.length(3).start(200);
          exchange.write("ab");
          try {
            exchange.write("cd");
          } catch (final IllegalStateException e) {
            problems.add(e.getMessage());
          }
          assertThatThrownBy(exchange::end).isInstanceOf(IllegalStateException.class);
        });
    kit.server.handle(
        "/few",
        exchange -> {
          exchange.length(3).start(200);
          exchange.write("ab");
          try {
            exchange.end();
          } catch (final IllegalStateException e) {
            problems.add(e.getMessage());
          }
        });
    assertThat(kit.client().say(HttpKit.get("/many") + HttpKit.get("/few")).rest())
        .endsWith("\r\n\r\nab");
    assertThat(kit.client().say(HttpKit.get("/few") + HttpKit.get("/many")).rest())
        .endsWith("\r\n\r\nab");
    assertThat(problems)
        .containsExactly(
            "2 bytes of a body of which 1 are still to come",
            "the answer has ended 1 bytes before its announced length");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aSlowReaderIsWaitedFor(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final long[] most = new long[1];
    final int[] left = {2000};
    kit.server.handle(
        "/",
        exchange -> {
          exchange.length(2000L * 10_000).start(200);
          exchange.onWritable(
              self -> {
                while (left[0] > 0 && self.isWritable()) {
                  left[0]--;
                  self.write(new byte[10_000]);
                }
                most[0] = Math.max(most[0], self.connection().stream().output().length());
                if (left[0] == 0) {
                  self.end();
                }
              });
        });
    final HttpKit.Client client = kit.client();
    final long[] got = new long[1];
    client.stream.setCallbacks(
        self -> {
          got[0] += self.input().length();
          self.input().drain(self.input().length());
        },
        null,
        null);
    client.say(HttpKit.get("/"));
    client.stream.disable(Event.READ);
    Streams.run(kit.base, () -> left[0] < 2000);
    Streams.runFor(kit.base, 30);
    assertThat(left[0]).isGreaterThan(0);
    client.stream.enable(Event.READ);
    Streams.run(kit.base, 60, () -> got[0] > 20_000_000);
    assertThat(most[0]).isLessThan(256 * 1024 + 10_000);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aChunkOfOneByteEach(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange -> exchange.readBody(whole -> whole.respond(200, whole.body().length() + ";")));
    final HttpKit.Client client = kit.client().say(HttpKit.request("POST", "/", CHUNKED));
    client.say("1\r\nx\r\n".repeat(100_000) + "0\r\n\r\n").until("100000;");
  }
}
