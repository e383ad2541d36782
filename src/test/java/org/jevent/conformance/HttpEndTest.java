package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.net.NetOption;
import org.jevent.tls.Tls;

/**
 * How connections of a server go on and end: keep-alive, halves, time-outs, draining, take-over.
 */
class HttpEndTest {
  private static final Duration SOON = Duration.ofMillis(60);

  @EngineTest
  void keepAlive(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200));
    final String[][] cases = {
      {"HTTP/1.1", "", "stays"},
      {"HTTP/1.1", "Connection: close", "ends"},
      {"HTTP/1.1", "Connection: CLOSE", "ends"},
      {"HTTP/1.1", "Connection: x, close", "ends"},
      {"HTTP/1.1", "Connection: keep-alive", "stays"},
      {"HTTP/1.1", "Connection: keep-alive, close", "ends"},
      {"HTTP/1.0", "", "ends"},
      {"HTTP/1.0", "Connection: keep-alive", "stays"},
      {"HTTP/1.0", "Connection: Keep-Alive", "stays"},
      {"HTTP/1.0", "Connection: keep-alive, close", "ends"}
    };
    for (final String[] each : cases) {
      final String field = each[1].isEmpty() ? "" : each[1] + "\r\n";
      final HttpKit.Client client =
          kit.client().say("GET / " + each[0] + "\r\nHost: a\r\n" + field + "\r\n");
      final String answer = client.until("\r\n\r\n");
      final String as = String.join(" ", each);
      if (each[2].equals("ends")) {
        assertThat(answer).as(as).contains("Connection: close\r\n");
        client.rest();
      } else {
        assertThat(answer.contains("Connection: keep-alive\r\n"))
            .as(as)
            .isEqualTo(each[0].equals("HTTP/1.0"));
        client.say(HttpKit.get("/")).until("200 OK");
      }
      client.stream.close();
    }
  }

  @EngineTest
  void theLastRequestOfAConnection(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.requests(2));
    kit.server.handle("/", exchange -> exchange.respond(200));
    final String answer = kit.client().say(HttpKit.get("/").repeat(4)).rest();
    assertThat(HttpKit.statuses(answer)).containsExactly(200, 200);
    assertThat(answer.indexOf("Connection: close")).isGreaterThan(answer.lastIndexOf("200 OK"));
    kit.server.handle("/bye", exchange -> exchange.closeAfter().respond(200));
    assertThat(kit.client().say(HttpKit.get("/bye") + HttpKit.get("/")).rest())
        .containsOnlyOnce("HTTP/1.1");
  }

  @EngineTest
  void aClientThatEndsItsSideIsAnswered(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> late = new ArrayList<>();
    final List<HttpException.Kind> ends = new ArrayList<>();
    kit.server.handle("/", exchange -> exchange.respond(200, "now"));
    kit.server.handle(
        "/late",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          late.add(exchange);
        });
    assertThat(kit.talk(HttpKit.get("/"))).endsWith("now");
    final HttpKit.Client client = kit.client().say(HttpKit.get("/late"));
    client.stream.shutdownOutput();
    Streams.run(kit.base, () -> !late.isEmpty());
    Streams.runFor(kit.base, 20);
    kit.base.execute(() -> late.get(0).respond(200, "late"));
    assertThat(client.rest()).endsWith("late");
    kit.server.abortOnHalfClose(true);
    final HttpKit.Client gone = kit.client().say(HttpKit.get("/late"));
    gone.stream.shutdownOutput();
    assertThat(gone.rest()).isEmpty();
    assertThat(ends).containsExactly(HttpException.Kind.CONNECTION);
  }

  @EngineTest
  void aClientThatHasLeftIsReportedOnce(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> waiting = new ArrayList<>();
    final List<HttpException.Kind> ends = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          exchange.start(200);
          exchange.write("x".repeat(1000));
          waiting.add(exchange);
        });
    final HttpKit.Client client = kit.client().say(HttpKit.get("/"));
    client.until("xxx");
    client.stream.handle().set(NetOption.LINGER, 0);
    client.stream.close();
    Streams.run(kit.base, () -> !ends.isEmpty());
    assertThat(ends).containsExactly(HttpException.Kind.CONNECTION);
    assertThatThrownBy(() -> waiting.get(0).write("y")).isInstanceOf(IllegalStateException.class);
    assertThat(kit.server.connections()).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void timeOuts(final Bases bases) {
    final HttpKit kit =
        new HttpKit(
            bases,
            HttpServerLimits.DEFAULT
                .headTime(SOON)
                .idle(Duration.ofMillis(30))
                .bodySilence(SOON)
                .handling(SOON)
                .answerSilence(Duration.ofMillis(200)));
    final List<HttpException.Kind> ends = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    kit.server.onComplete(
        access ->
            log.add(
                access.status() + (access.problem() == null ? "" : " " + access.problem().kind())));
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle(
        "/body",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          exchange.readBody(whole -> whole.respond(200));
        });
    kit.server.handle(
        "/never", exchange -> exchange.onClose((self, problem) -> ends.add(problem.kind())));
    assertThat(kit.client().rest()).as("nothing was sent").isEmpty();
    assertThat(kit.client().say("\r\n").rest()).as("an empty line").isEmpty();
    assertThat(HttpKit.statuses(kit.client().say("GET / HT").rest())).containsExactly(408);
    final String idle = kit.client().say(HttpKit.get("/")).rest();
    assertThat(HttpKit.statuses(idle)).as("idle").containsExactly(200);
    final String second = kit.client().say(HttpKit.get("/") + "GE").rest();
    assertThat(HttpKit.statuses(second)).containsExactly(200, 408);
    final String body =
        kit.client().say(HttpKit.request("POST", "/body", "Content-Length: 9") + "abc").rest();
    assertThat(HttpKit.statuses(body)).containsExactly(408);
    assertThat(ends).containsExactly(HttpException.Kind.TIMEOUT);
    assertThat(HttpKit.statuses(kit.client().say(HttpKit.get("/never")).rest()))
        .containsExactly(503);
    assertThat(ends).containsExactly(HttpException.Kind.TIMEOUT, HttpException.Kind.TIMEOUT);
    assertThat(log)
        .containsExactly("408 TIMEOUT", "200", "200", "408 TIMEOUT", "408 TIMEOUT", "503 TIMEOUT");
    assertThat(kit.server.connections()).isZero();
    assertThat(bases.exceptions).isEmpty();
  }

  /** The time of a handler does not run while the body comes. */
  @EngineTest
  void aBodyThatTakesLongerThanAHandlerMay(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.handling(Duration.ofMillis(30)));
    final int[] turns = new int[1];
    bases.later(kit.base.watchPrepare((self, timeout) -> turns[0]++));
    kit.server.handle(
        "/", exchange -> exchange.readBody(whole -> whole.respond(200, whole.body())));
    final HttpKit.Client client =
        kit.client().say(HttpKit.request("POST", "/", "Content-Length: 6"));
    for (int i = 0; i < 6; i++) {
      Streams.runFor(kit.base, 20);
      client.say("x");
    }
    assertThat(client.until("xxxxxx")).contains(" 200 ");
    assertThat(turns[0]).as("turns of the loop").isLessThan(1000);
  }

  @EngineTest
  void answersBeforeARequestThatIsCutLeave(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpException.Kind> ends = new ArrayList<>();
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle(
        "/body",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          exchange.readBody(whole -> whole.respond(200));
        });
    final String cut = HttpKit.request("POST", "/body", "Content-Length: 9") + "abc";
    assertThat(HttpKit.statuses(kit.talk(HttpKit.get("/").repeat(3) + cut)))
        .containsExactly(200, 200, 200);
    assertThat(ends).containsExactly(HttpException.Kind.CUT);
  }

  /** A byte now and then does not prolong a head. */
  @EngineTest
  void aTricklingHeadHasAFixedEnd(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.headTime(Duration.ofMillis(400)));
    final HttpKit.Client client = kit.client();
    final int[] sent = new int[1];
    try (Event trickle =
        kit.base.newPeriodicTimer(
            (self, what) -> {
              if (!client.hasEnded()) {
                client.say("x");
                sent[0]++;
              }
            })) {
      client.say("GET /");
      trickle.add(Duration.ofMillis(10));
      assertThat(HttpKit.statuses(client.rest())).containsExactly(408);
    }
    assertThat(sent[0]).isGreaterThan(1);
  }

  /** Nor do answers that the client takes slowly. */
  @EngineTest
  void outputThatWaitsDoesNotProlongAHead(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.headTime(SOON));
    final List<Integer> statuses = new ArrayList<>();
    kit.server.onComplete(access -> statuses.add(access.status()));
    kit.server.handle("/", exchange -> exchange.respond(200, new byte[16 << 20]));
    final HttpKit.Client client = kit.pair();
    client.say(HttpKit.get("/"));
    client.stream.disable(Event.READ);
    Streams.run(kit.base, () -> kit.server.connections() == 1);
    client.say("GET / HT");
    Streams.runFor(kit.base, 20);
    Streams.run(kit.base, () -> statuses.contains(408));
  }

  /** What is said to a server whose program closes it as soon as it hears of an end. */
  private static final String[] LAST_WORDS = {
    HttpKit.get("/"),
    HttpKit.get("/") + HttpKit.get("/"),
    HttpKit.get("/parts"),
    HttpKit.get("/short"),
    HttpKit.get("/throws"),
    HttpKit.get("/cut"),
    HttpKit.get("/upgrade").replace("\r\n\r\n", "\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    HttpKit.request("GET", "/", "Connection: close"),
    HttpKit.request("POST", "/body", "Content-Length: x"),
    HttpKit.request("POST", "/body", "Transfer-Encoding: chunked") + "x\r\n",
    HttpKit.request("POST", "/", "Content-Length: 9"),
    "nonsense\r\n\r\n",
    "GET / HT",
  };

  private static void closeAtAnEnd(final Bases bases, final String words, final boolean inPage) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.headTime(SOON));
    final int[] closed = new int[1];
    final Runnable close =
        () -> {
          closed[0]++;
          kit.server.close();
        };
    if (inPage) {
      kit.server.errorPage((status, reason, fields, page) -> close.run());
    }
    kit.server.onComplete(access -> close.run());
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle(
        "/parts",
        exchange -> {
          exchange.start(200).write("a");
          exchange.end();
        });
    kit.server.handle("/short", exchange -> exchange.length(9).start(200).end());
    kit.server.handle(
        "/throws",
        exchange -> {
          throw new IllegalStateException("a handler throws");
        });
    kit.server.handle("/cut", HttpExchange::reset);
    kit.server.handle("/upgrade", exchange -> exchange.takeOver("x").close());
    kit.server.handle("/body", exchange -> exchange.readBody(whole -> whole.respond(200)));
    final HttpKit.Client client = kit.client().say(words);
    Streams.run(kit.base, client::hasEnded);
    assertThat(closed[0]).as(words).isPositive();
    assertThat(kit.server.connections()).as(words).isZero();
    assertThat(bases.exceptions)
        .as(words)
        .allMatch(each -> each instanceof IllegalStateException)
        .hasSizeLessThan(2);
    bases.exceptions.clear();
  }

  @EngineTest
  void aServerMayBeClosedByWhoHearsOfAnEnd(final Bases bases) {
    for (final String words : LAST_WORDS) {
      closeAtAnEnd(bases, words, false);
      closeAtAnEnd(bases, words, true);
    }
  }

  @EngineTest
  void aClientThatReadsNothingIsReset(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.answerSilence(Duration.ofMillis(100)));
    final List<HttpException.Kind> ends = new ArrayList<>();
    kit.server.handle(
        "/",
        exchange -> {
          exchange.onClose((self, problem) -> ends.add(problem.kind()));
          exchange.start(200);
          exchange.write(new byte[64 << 20]);
        });
    kit.server.handle("/whole", exchange -> exchange.respond(200, new byte[64 << 20]));
    for (final String path : List.of("/", "/whole")) {
      final HttpKit.Client client = kit.client();
      client.say(HttpKit.get(path));
      client.stream.disable(Event.READ);
      Streams.run(kit.base, () -> kit.server.connections() == 1);
      Streams.run(kit.base, () -> kit.server.connections() == 0);
      client.stream.close();
    }
    assertThat(ends).containsExactly(HttpException.Kind.TIMEOUT);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void tooManyConnections(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.connections(2));
    kit.server.handle("/", exchange -> exchange.respond(200));
    final HttpKit.Client one = kit.client().say(HttpKit.get("/"));
    one.until("200");
    kit.client().say(HttpKit.get("/")).until("200");
    assertThat(HttpKit.statuses(kit.client().say(HttpKit.get("/")).rest())).containsExactly(503);
    one.stream.close();
    Streams.run(kit.base, () -> kit.server.connections() == 1);
    kit.server.pauseAccepting(true);
    kit.client().say(HttpKit.get("/")).until("200");
    final HttpKit.Client waits = kit.client().say(HttpKit.get("/"));
    Streams.runFor(kit.base, 30);
    assertThat(waits.got).isEmpty();
    kit.server.limits(HttpServerLimits.DEFAULT);
    final HttpKit.Client closes = waits;
    kit.server.listeners().forEach(each -> each.enable());
    closes.until("200");
  }

  /** The server enables only listeners that it has disabled. */
  @EngineTest
  void acceptingGoesOnWhereItHadPaused(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.connections(1));
    kit.server.pauseAccepting(true).handle("/", exchange -> exchange.respond(200));
    final ConnectionListener disabled = kit.server.bind(Streams.ANY_PORT);
    disabled.disable();
    final ConnectionListener closed = kit.server.bind(Streams.ANY_PORT);
    final HttpKit.Client one = kit.client().say(HttpKit.get("/"));
    one.until("200");
    assertThat(kit.server.listeners()).noneMatch(ConnectionListener::isEnabled);
    closed.close();
    one.stream.close();
    Streams.run(kit.base, () -> kit.server.connections() == 0);
    assertThat(kit.server.listeners()).filteredOn(ConnectionListener::isEnabled).hasSize(1);
    assertThat(disabled.isEnabled()).isFalse();
    kit.client().say(HttpKit.get("/")).until("200");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void draining(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.drainGrace(Duration.ofMillis(50)));
    final List<HttpExchange> late = new ArrayList<>();
    final int[] done = new int[1];
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle("/late", late::add);
    final HttpKit.Client silent = kit.client();
    final HttpKit.Client idle = kit.client().say(HttpKit.get("/"));
    idle.until("200");
    final HttpKit.Client busy = kit.client().say(HttpKit.get("/late"));
    Streams.run(kit.base, () -> late.size() == 1 && kit.server.connections() == 3);
    kit.server.drain(Duration.ofSeconds(60), () -> done[0]++);
    assertThat(silent.rest()).isEmpty();
    assertThat(idle.hasEnded()).isFalse();
    final HttpKit.Client other = kit.client();
    Streams.run(kit.base, () -> !other.events.isEmpty());
    assertThat(other.events.get(0)).as("nothing listens").contains("ERROR");
    idle.rest();
    assertThat(done[0]).isZero();
    late.get(0).respond(200);
    assertThat(busy.rest()).contains("Connection: close\r\n");
    Streams.run(kit.base, () -> done[0] == 1);
    Streams.runFor(kit.base, 20);
    assertThat(done[0]).isEqualTo(1);
    assertThatThrownBy(() -> kit.server.bind(Streams.ANY_PORT))
        .isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void drainingHasADeadline(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpException.Kind> ends = new ArrayList<>();
    final int[] done = new int[1];
    kit.server.handle(
        "/", exchange -> exchange.onClose((self, problem) -> ends.add(problem.kind())));
    final HttpKit.Client client = kit.client().say(HttpKit.get("/"));
    Streams.run(kit.base, () -> kit.server.connections() == 1);
    Streams.runFor(kit.base, 20);
    kit.server.drain(Duration.ofMillis(50), () -> done[0]++);
    assertThat(client.rest()).isEmpty();
    Streams.run(kit.base, () -> done[0] == 1);
    assertThat(ends).containsExactly(HttpException.Kind.CLOSED);
  }

  @EngineTest
  void closedInEachCallback(final Bases bases) {
    for (int where = 0; where < 4; where++) {
      final HttpKit kit = new HttpKit(bases);
      final int place = where;
      final HttpServer server = kit.server;
      server.onHead(exchange -> closeIf(place == 0, server));
      server.handle(
          "/",
          exchange -> {
            closeIf(place == 1, server);
            if (place > 1) {
              exchange.readBody(
                  (self, bytes) -> closeIf(place == 2, server),
                  self -> closeIf(place == 3, server));
            }
          });
      assertThat(kit.client().say(HttpKit.post("/", "body")).rest()).as("" + where).isEmpty();
      assertThat(server.connections()).isZero();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  private static void closeIf(final boolean now, final HttpServer server) {
    if (now) {
      server.close();
    }
  }

  @EngineTest
  void theBaseIsClosedWhileRequestsRun(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> {});
    kit.client().say(HttpKit.get("/"));
    Streams.run(kit.base, () -> kit.server.connections() == 1);
    Streams.runFor(kit.base, 10);
    kit.base.close();
    kit.server.close();
  }

  @EngineTest
  void tunnelsAndUpgrades(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<BufferEvent> taken = new ArrayList<>();
    kit.server.onConnect(exchange -> taken.add(bases.later(exchange.takeOver(null))));
    kit.server.handle(
        "/",
        exchange -> {
          if (exchange.header("upgrade") == null) {
            assertThatThrownBy(() -> exchange.takeOver("echo"))
                .isInstanceOf(IllegalStateException.class);
            exchange.respond(200, "plain");
          } else {
            exchange.header("X-One", "1");
            taken.add(bases.later(exchange.takeOver("echo")));
          }
        });
    kit.server.handle("/ignore", exchange -> exchange.respond(200, "ignored"));
    kit.client().say(HttpKit.get("/")).until("plain");
    final String upgrade = HttpKit.get("/", "Connection: Upgrade", "Upgrade: echo");
    kit.client()
        .say(HttpKit.get("/ignore", "Connection: Upgrade", "Upgrade: echo"))
        .until("ignored");
    final HttpKit.Client client = kit.client().say(upgrade + "behind");
    assertThat(HttpKit.undated(client.until("\r\n\r\n")))
        .isEqualTo(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
                + "x-one: 1\r\n\r\n");
    assertThat(taken).hasSize(1);
    final BufferEvent stream = taken.get(0);
    Streams.run(kit.base, () -> stream.input().length() == 6);
    stream.pipeTo(stream);
    assertThat(client.until("behind")).isEqualTo("behind");
    final HttpKit.Client tunnel =
        kit.client().say("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\nfirst");
    tunnel.until("HTTP/1.1 200 OK\r\n");
    Streams.run(kit.base, () -> taken.size() == 2 && taken.get(1).input().length() == 5);
    assertThat(kit.server.connections()).isEqualTo(2);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void overTls(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final EventBase base = kit.base;
    kit.server
        .scheme("https")
        .streamFactory(
            (loop, socket) ->
                Tls.socket(
                    loop,
                    socket,
                    TlsKit.SUN_13.localhost(),
                    Tls.State.ACCEPTING,
                    BufferEvent.CLOSE_ON_FREE))
        .handle(
            "/",
            exchange ->
                exchange.respond(
                    200,
                    exchange.scheme()
                        + Tls.of(exchange.connection().stream()).session().getProtocol()));
    final SocketAddress address = kit.server.bind(Streams.ANY_PORT).address();
    final SocketBufferEvent stream =
        bases.later(Tls.socket(base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
    Tls.of(stream).peer("localhost", -1);
    final HttpKit.Client client = kit.new Client(stream);
    stream.connect(address);
    client.say(HttpKit.get("/")).until("httpsTLSv1.3");
    client.say(HttpKit.get("/", "Connection: close"));
    assertThat(client.rest()).endsWith("httpsTLSv1.3");
    assertThat(client.events).containsExactly("CONNECTED", "READING|EOF");
  }

  /** Behind the last answer a server waits for a peer that may still send, and for no other. */
  @EngineTest
  void onlyPeersThatMaySendAreWaitedFor(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.requests(1));
    kit.server.handle("/", exchange -> exchange.respond(200, "last"));
    for (final String field : List.of("Connection: close", "X-One: 1")) {
      final BufferEvent[] ends = Streams.pair(bases, kit.base, BufferEvent.CLOSE_ON_FREE);
      kit.server.serve(ends[0]);
      final HttpKit.Client client = kit.new Client(ends[1]);
      assertThat(client.say(HttpKit.get("/", field)).rest()).endsWith("last");
      if (field.endsWith("close")) {
        Streams.run(kit.base, ends[0]::isClosed);
      } else {
        Streams.runFor(kit.base, 20);
        assertThat(ends[0].isClosed()).isFalse();
        client.stream.shutdownOutput();
        Streams.run(kit.base, ends[0]::isClosed);
      }
      client.stream.close();
    }
  }
}
