package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpResponse;
import org.jevent.http.HttpServer;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.HttpStreamFactory;
import org.jevent.tls.Tls;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is tried without TLS, over TLS: on its socket, and as a filter above another stream. */
class HttpsTest {
  private static final int REUSEABLE = ConnectionListener.REUSEABLE;

  private static final HttpStreamFactory ON_SOCKET =
      (loop, socket) ->
          Tls.socket(
              loop,
              socket,
              TlsKit.SUN_13.localhost(),
              Tls.State.ACCEPTING,
              BufferEvent.CLOSE_ON_FREE);

  private static final HttpStreamFactory AS_FILTER =
      (loop, socket) ->
          Tls.filter(
              BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE),
              TlsKit.SUN_13.localhost(),
              Tls.State.ACCEPTING,
              BufferEvent.CLOSE_ON_FREE);

  private static final List<HttpStreamFactory> BOTH = List.of(ON_SOCKET, AS_FILTER);

  private final List<BufferEvent> streams = new ArrayList<>();

  private int bind(final HttpServer server, final HttpStreamFactory factory) {
    return port(
        server.bind(
            Streams.ANY_PORT,
            (loop, socket) -> {
              final BufferEvent made = factory.stream(loop, socket);
              streams.add(made);
              return made;
            },
            REUSEABLE));
  }

  private static int port(final ConnectionListener listener) {
    return ((InetSocketAddress) listener.address()).getPort();
  }

  private static String uri(final int port) {
    return "https://localhost:" + port + "/";
  }

  private static HttpClient client(final Bases bases, final EventBase base) {
    return bases.later(HttpClient.builder(base).tls(TlsKit.SUN_13.trusting()).build());
  }

  @EngineTest
  void oneConnectionServesManyCalls(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "hello"));
    final HttpClient client = client(bases, kit.base);
    for (final HttpStreamFactory each : BOTH) {
      streams.clear();
      final int port = bind(kit.server, each);
      for (int i = 0; i < 3; i++) {
        final HttpResults.Result result = HttpResults.run(kit.base, client.get(uri(port)));
        assertThat(result.kind()).isEqualTo("200");
        assertThat(result.text).isEqualTo("hello");
      }
      assertThat(streams).hasSize(1);
    }
    client.closeIdle();
    Streams.run(kit.base, () -> kit.server.connections() == 0);
    assertThat(bases.exceptions).isEmpty();
  }

  /** A timer gives each part of the answer. */
  private static void answerInParts(final HttpExchange exchange, final EventBase base) {
    final List<String> parts = List.of("This is funny", "but not hilarious.", "bwv 1052");
    exchange.start(200);
    final int[] next = new int[1];
    final Event timer =
        base.newTimer(
            (self, what) -> {
              exchange.write(parts.get(next[0]++));
              if (next[0] < parts.size()) {
                self.addNanos(2_000_000);
              } else {
                exchange.end();
                self.close();
              }
            });
    timer.addNanos(2_000_000);
  }

  @EngineTest
  @Timeout(60)
  void certificatesOfTheJvmThatCannotBeRead(final Bases bases, @TempDir final Path directory)
      throws Exception {
    final Path store = Files.writeString(directory.resolve("store"), "no certificates");
    final Outcome outcome =
        Outcome.of(
            List.of(),
            Map.of("JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=" + store),
            UnreadableTrust.class,
            bases.method());
    assertThat(outcome.exit()).as("%s", outcome).isZero();
    assertThat(outcome.said()).endsWith("TLS TLS", "TLS TLS", "0 connections");
  }

  @EngineTest
  void answersInParts(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> answerInParts(exchange, kit.base));
    final HttpClient client = client(bases, kit.base);
    for (final HttpStreamFactory each : BOTH) {
      final int port = bind(kit.server, each);
      final HttpResults.Parts parts = new HttpResults.Parts();
      client.get(uri(port)).send(parts);
      Streams.run(kit.base, () -> parts.ends > 0);
      assertThat(parts.seen).containsExactly("head 200", "end");
      assertThat(parts.head.headers().first("transfer-encoding")).isEqualTo("chunked");
      assertThat(parts.body.toString()).isEqualTo("This is funnybut not hilarious.bwv 1052");
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void bodiesBothWays(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final long[] got = new long[1];
    kit.server.handle(
        "/",
        exchange ->
            exchange
                .maxBody(10_000_000)
                .readBody(
                    (self, bytes) -> {
                      got[0] += bytes.length();
                      bytes.drain(bytes.length());
                    },
                    self -> self.respond(200, new byte[3_000_000])));
    final HttpClient client = client(bases, kit.base);
    for (final HttpStreamFactory each : BOTH) {
      got[0] = 0;
      final HttpResults.Result result =
          HttpResults.send(
              client
                  .request("PUT", uri(bind(kit.server, each)))
                  .maxBody(10_000_000)
                  .body(new byte[4_000_000]));
      Streams.run(kit.base, 60, result::isOver);
      assertThat(result.kind()).isEqualTo("200");
      assertThat(result.text).hasSize(3_000_000);
      assertThat(got[0]).isEqualTo(4_000_000);
    }
  }

  /** The server writes while the client reads, no faster than that. */
  @EngineTest
  void aSlowReaderIsWaitedFor(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final int[] left = new int[1];
    final long[] most = new long[1];
    kit.server.handle(
        "/",
        exchange -> {
          left[0] = 1000;
          exchange.length(1000L * 10_000).start(200);
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
    final HttpClient client = client(bases, kit.base);
    for (final HttpStreamFactory each : BOTH) {
      final HttpResults.Parts parts =
          new HttpResults.Parts() {
            @Override
            public void onHead(final HttpCall call, final HttpResponse came) {
              super.onHead(call, came);
              call.pauseBody();
            }
          };
      final HttpCall call = client.get(uri(bind(kit.server, each))).send(parts);
      Streams.run(kit.base, () -> parts.head != null && left[0] < 1000);
      Streams.runFor(kit.base, 30);
      assertThat(left[0]).isPositive();
      call.resumeBody();
      Streams.run(kit.base, 60, () -> parts.ends > 0);
      assertThat(parts.problem).isNull();
      assertThat(parts.body).hasSize(10_000_000);
    }
    assertThat(most[0]).isLessThan(256 * 1024 + 10_000);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void connectsAreTriedAgain(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200, "late"));
    final HttpClient client = client(bases, kit.base);
    for (final HttpStreamFactory each : BOTH) {
      final ConnectionListener closed = kit.server.bind(Streams.ANY_PORT);
      final int port = port(closed);
      closed.close();
      final HttpResults.Result failed =
          HttpResults.run(kit.base, client.get(uri(port)).connectRetries(1, Duration.ofMillis(5)));
      assertThat(failed.kind()).isEqualTo("CONNECT CONNECT");
      final HttpResults.Result result =
          HttpResults.send(client.get(uri(port)).connectRetries(10, Duration.ofMillis(20)));
      Streams.runFor(kit.base, 30);
      kit.server.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), each, REUSEABLE);
      Streams.run(kit.base, result::isOver);
      assertThat(result.kind()).isEqualTo("200");
      assertThat(result.text).isEqualTo("late");
    }
  }

  /** Each address has the streams that it was bound with. */
  @EngineTest
  void eachAddressHasItsStreams(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle(
        "/",
        exchange -> {
          final Tls tls = Tls.of(exchange.connection().stream());
          exchange.respond(200, tls == null ? "plain" : tls.session().getProtocol());
        });
    final int onSocket = bind(kit.server, ON_SOCKET);
    final int asFilter = bind(kit.server, AS_FILTER);
    final HttpClient client = client(bases, kit.base);
    assertThat(HttpResults.run(kit.base, client.get(uri(onSocket))).text).isEqualTo("TLSv1.3");
    assertThat(HttpResults.run(kit.base, client.get(uri(asFilter))).text).isEqualTo("TLSv1.3");
    final String plain = "http://127.0.0.1:" + kit.address.getPort() + "/";
    assertThat(HttpResults.run(kit.base, client.get(plain)).text).isEqualTo("plain");
    assertThat(streams).hasSize(2);
    assertThat(
            HttpResults.run(kit.base, client.get(plain.replace("http:", "https:"))).problem.kind())
        .isEqualTo(org.jevent.http.HttpException.Kind.TLS);
  }

  /** What is encrypted and cannot leave keeps no connection, also where nothing more can come. */
  @EngineTest
  void aLastAnswerThatCannotLeaveIsGivenUp(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.linger(Duration.ofMillis(50)));
    kit.server.handle(
        "/",
        exchange -> {
          final BufferEvent stream = exchange.connection().stream();
          stream.limits().set(new TokenBucketConfig(1, 1, 1, 1, Duration.ofHours(1)));
          stream.limits().decrementWrite(1);
          exchange.respond(200, "never");
        });
    for (final String field : List.of("Connection: close", "X-One: 1")) {
      streams.clear();
      final SocketBufferEvent client =
          bases.later(Tls.socket(kit.base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
      client.enable(Event.READ | Event.WRITE);
      client.connect("localhost", bind(kit.server, ON_SOCKET));
      client.write(TlsKit.bytes(HttpKit.get("/", field)));
      if (!field.endsWith("close")) {
        client.shutdownOutput();
      }
      Streams.run(kit.base, () -> !streams.isEmpty() && streams.get(0).isClosed());
      client.close();
    }
  }

  /** The peer has ended its side while the request was looked at. */
  @EngineTest
  void aTakenStreamLearnsOfTheEndBefore(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    final List<HttpExchange> asked = new ArrayList<>();
    kit.server.handle("/", asked::add);
    final HttpStreamFactory plain =
        (loop, socket) -> BufferEvent.socket(loop, socket, BufferEvent.CLOSE_ON_FREE);
    for (final HttpStreamFactory each : List.of(plain, ON_SOCKET, AS_FILTER)) {
      asked.clear();
      final int port = bind(kit.server, each);
      final SocketBufferEvent client =
          bases.later(
              each == plain
                  ? BufferEvent.socket(kit.base, BufferEvent.CLOSE_ON_FREE)
                  : Tls.socket(kit.base, TlsKit.SUN_13.trusting(), BufferEvent.CLOSE_ON_FREE));
      client.enable(Event.READ | Event.WRITE);
      client.connect("localhost", port);
      client.write(TlsKit.bytes(HttpKit.get("/", "Connection: Upgrade", "Upgrade: x")));
      client.shutdownOutput();
      Streams.run(kit.base, () -> !asked.isEmpty());
      Streams.runFor(kit.base, 20);
      final BufferEvent taken = bases.later(asked.get(0).takeOver("x"));
      final List<String> events = new ArrayList<>();
      taken.setCallbacks(null, null, (self, what) -> events.add(Streams.text(what)));
      Streams.run(kit.base, () -> !events.isEmpty());
      assertThat(events).containsExactly("READING|EOF");
      client.close();
      taken.close();
    }
  }
}
