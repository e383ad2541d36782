package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpException;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpForwardHandler;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.HttpStreamFactory;
import org.jevent.net.NetSocket;

/**
 * A server that cannot write, as when there is no memory: here the output of a connection is
 * frozen. That connection ends, the program hears of it, and others go on.
 */
class HttpNoRoomTest {
  private static void freeze(final HttpExchange exchange) {
    exchange.connection().stream().output().freezeBack();
  }

  /** Answers, and nothing can be added behind that. */
  private static void answerLast(final HttpExchange exchange) {
    final BufferEvent stream = exchange.connection().stream();
    exchange.respond(200);
    stream.output().freezeBack();
  }

  private static void requireEnd(final HttpKit kit, final HttpKit.Client client) {
    Streams.run(kit.base, client::hasEnded);
    assertThat(kit.server.connections()).isZero();
    assertThat(kit.bases.exceptions).isNotEmpty();
    kit.bases.exceptions.clear();
  }

  /** Pages that the server writes in place of a handler. */
  @EngineTest
  void anAnswerOfTheServerItself(final Bases bases) {
    final List<String> requests =
        List.of(
            HttpKit.get("/none"),
            HttpKit.request("DELETE", "/only"),
            HttpKit.request("OPTIONS", "/only"),
            HttpKit.request("WHAT", "/only"),
            HttpKit.request("CONNECT", "a:1"));
    for (final String request : requests) {
      final HttpKit kit = new HttpKit(bases);
      kit.server.onHead(HttpNoRoomTest::freeze);
      kit.server.allowedMethods("GET");
      kit.server.handle("/only", exchange -> exchange.respond(200));
      requireEnd(kit, kit.client().say(request));
    }
  }

  @EngineTest
  void aPageOfAnError(final Bases bases) {
    final List<String> next =
        List.of("nonsense\r\n\r\n", "GET / HT", HttpKit.get("/throws"), HttpKit.get("/late"));
    for (final String each : next) {
      final HttpKit kit =
          new HttpKit(
              bases,
              HttpServerLimits.DEFAULT
                  .headTime(Duration.ofMillis(50))
                  .handling(Duration.ofMillis(50)));
      kit.server.handle("/", HttpNoRoomTest::answerLast);
      kit.server.handle("/late", exchange -> {});
      kit.server.handle(
          "/throws",
          exchange -> {
            throw new IllegalStateException("a handler throws");
          });
      final HttpKit.Client client = kit.client().say(HttpKit.get("/"));
      client.until("\r\n\r\n");
      requireEnd(kit, client.say(each));
    }
  }

  /** An answer of another server, and the page in place of one. */
  @EngineTest
  void anAnswerThatIsPassedOn(final Bases bases) {
    final List<Consumer<HttpPeer.Connection>> answers =
        List.of(on -> on.answer("text"), HttpPeer.Connection::close, on -> on.answer(204, ""));
    for (final Consumer<HttpPeer.Connection> answer : answers) {
      final HttpKit kit = new HttpKit(bases);
      final HttpPeer peer = new HttpPeer(bases, kit.base, (on, request) -> answer.accept(on));
      final HttpClient to = bases.later(new HttpClient(kit.base));
      kit.server.handle(
          "/",
          exchange -> {
            to.get(peer.uri("/")).forward(exchange);
            freeze(exchange);
          });
      requireEnd(kit, kit.client().say(HttpKit.get("/")));
      Streams.run(kit.base, () -> to.connections() == to.idleConnections());
    }
  }

  /** Small pieces that are joined are written behind the callback, those of all connections. */
  @EngineTest
  void piecesOfOneConnection(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> open = new ArrayList<>();
    kit.server.handle("/", exchange -> open.add(exchange.start(200)));
    final HttpKit.Client first = kit.client().say(HttpKit.get("/"));
    first.until("\r\n\r\n");
    final HttpKit.Client second = kit.client().say(HttpKit.get("/"));
    second.until("\r\n\r\n");
    kit.base.execute(
        () -> {
          for (final HttpExchange each : open) {
            each.write("a");
          }
          freeze(open.get(0));
        });
    second.until("1\r\na\r\n");
    Streams.run(kit.base, first::hasEnded);
    open.get(1).write("b");
    second.until("1\r\nb\r\n");
    assertThat(kit.server.connections()).isOne();
    assertThat(bases.exceptions).hasSize(1);
    bases.exceptions.clear();
  }

  /** Those whose turn comes behind the next wait have it, whatever becomes of one of them. */
  @EngineTest
  void aTurnOfOneConnection(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.turns(1));
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle("/last", HttpNoRoomTest::answerLast);
    final HttpKit.Client first = kit.client();
    final HttpKit.Client second = kit.client();
    Streams.run(kit.base, () -> kit.server.connections() == 2);
    first.say(HttpKit.get("/last") + "nonsense\r\n\r\n");
    second.say(HttpKit.get("/").repeat(5)); // both are read in one turn
    Streams.run(kit.base, first::hasEnded);
    Streams.run(kit.base, () -> second.statuses().size() == 5);
    assertThat(bases.exceptions).isNotEmpty();
    bases.exceptions.clear();
  }

  // ---- what is not written ----

  /** A connection that is accepted belongs to the server before there is a stream. */
  @EngineTest
  void aSocketThatCannotBeServedIsClosed(final Bases bases) {
    final HttpKit asked = new HttpKit(bases);
    asked.server.onConnection(
        peer -> {
          throw new IllegalStateException("asked");
        });
    requireClosed(asked, asked.client());
    final HttpKit made = new HttpKit(bases);
    final List<NetSocket> sockets = new ArrayList<>();
    final HttpStreamFactory throwing =
        (base, socket) -> {
          sockets.add(socket);
          throw new IllegalStateException("made");
        };
    final HttpStreamFactory missing =
        (base, socket) -> {
          sockets.add(socket);
          return null;
        };
    for (final HttpStreamFactory each : List.of(throwing, missing)) {
      final SocketAddress address = made.server.bind(Streams.ANY_PORT, each, 0).address();
      final SocketBufferEvent stream =
          bases.later(BufferEvent.socket(made.base, BufferEvent.CLOSE_ON_FREE));
      stream.connect(address);
      requireClosed(made, made.new Client(stream));
    }
    assertThat(sockets).hasSize(2).noneMatch(NetSocket::isOpen);
  }

  private static void requireClosed(final HttpKit kit, final HttpKit.Client client) {
    Streams.run(kit.base, client::hasEnded);
    assertThat(kit.server.connections()).isZero();
    assertThat(kit.bases.exceptions).hasSize(1);
    kit.bases.exceptions.clear();
  }

  /** The handler of a forwarded exchange may begin an answer that it ends later. */
  @EngineTest
  void anotherAnswerInPlaceOfTheResponse(final Bases bases) {
    for (final String answer : new String[] {HttpPeer.GET_OK, "nonsense\r\n\r\n"}) {
      final HttpKit kit = new HttpKit(bases);
      final HttpPeer peer = new HttpPeer(bases, kit.base, (on, request) -> on.say(answer));
      final HttpClient to = bases.later(new HttpClient(kit.base));
      final List<HttpExchange> open = new ArrayList<>();
      kit.server.handle(
          "/",
          exchange ->
              to.get(peer.uri("/"))
                  .forward(
                      exchange,
                      new HttpForwardHandler() {
                        @Override
                        public void onHead(final HttpResponse response, final HttpHeaders fields) {
                          open.add(exchange.start(201));
                        }

                        @Override
                        public void onProblem(final HttpException problem) {
                          open.add(exchange.start(202));
                        }
                      }));
      final HttpKit.Client client = kit.client().say(HttpKit.get("/"));
      client.until("\r\n\r\n");
      Streams.run(kit.base, () -> to.connections() == to.idleConnections());
      open.get(0).write("mine");
      open.get(0).end();
      assertThat(client.until("0\r\n\r\n")).isEqualTo("4\r\nmine\r\n0\r\n\r\n");
      assertThat(open).hasSize(1);
      assertThat(bases.exceptions).isEmpty();
    }
  }
}
