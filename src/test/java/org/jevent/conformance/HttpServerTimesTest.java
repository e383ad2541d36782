package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpServerLimits;
import org.jevent.tls.Tls;

/** Limits of a server at their ends: times of zero, and limits that change while it serves. */
class HttpServerTimesTest {
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** What is said, and the status of the answer. */
  private static final String[][] LAST_WORDS = {
    {HttpKit.get("/", "Connection: close"), "200"},
    {HttpKit.get("/", "Connection: close") + "x", "200"},
    {"BAD\r\n\r\n", "400"},
  };

  private static void assertAnsweredAndClosed(
      final HttpKit kit, final HttpKit.Client client, final String[] words) {
    client.say(words[0]);
    assertThat(client.rest()).as(words[0]).startsWith("HTTP/1.1 " + words[1]);
    Streams.run(kit.base, () -> kit.server.connections() == 0);
    client.stream.close();
  }

  @EngineTest
  void whatDoesNotLingerIsClosed(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.linger(Duration.ZERO));
    kit.server.handle("/", exchange -> exchange.respond(200));
    for (final String[] words : LAST_WORDS) {
      final BufferEvent[] ends = Streams.tcp(bases, kit.base, BufferEvent.CLOSE_ON_FREE);
      kit.server.serve(ends[1]);
      assertAnsweredAndClosed(kit, kit.new Client(ends[0]), words);
      assertThat(ends[1].isClosed()).isTrue();
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whatDoesNotLingerOverTlsIsClosed(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.linger(Duration.ZERO));
    kit.server.handle("/", exchange -> exchange.respond(200));
    for (final String[] words : LAST_WORDS) {
      final BufferEvent[] ends = BufferEvent.pair(kit.base, BufferEvent.CLOSE_ON_FREE);
      final BufferEvent served =
          bases.later(
              Tls.filter(
                  ends[0],
                  TlsKit.SUN_13.localhost(),
                  Tls.State.ACCEPTING,
                  BufferEvent.CLOSE_ON_FREE));
      final BufferEvent asks =
          bases.later(
              Tls.filter(
                  ends[1],
                  TlsKit.SUN_13.trusting(),
                  Tls.State.CONNECTING,
                  BufferEvent.CLOSE_ON_FREE));
      Tls.of(asks).peer("localhost", -1);
      kit.server.serve(served);
      assertAnsweredAndClosed(kit, kit.new Client(asks), words);
      Streams.run(kit.base, served::isClosed);
    }
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void timesThatMayNotBeZero(final Bases bases) {
    final List<Function<Duration, HttpServerLimits>> limits =
        List.of(
            HttpServerLimits.DEFAULT::headTime,
            HttpServerLimits.DEFAULT::bodySilence,
            HttpServerLimits.DEFAULT::answerSilence);
    for (final Function<Duration, HttpServerLimits> each : limits) {
      assertThatThrownBy(() -> each.apply(Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not positive");
      for (final Duration taken : List.of(Duration.ofNanos(1), FOREVER)) {
        assertThat(each.apply(taken)).isNotNull();
      }
    }
  }

  @EngineTest
  void idleConnectionsOfNoTimeEndBehindTheirAnswers(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.idle(Duration.ZERO).drainGrace(Duration.ZERO));
    final byte[] body = new byte[4 << 20];
    kit.server.handle("/", exchange -> exchange.respond(200, body));
    final String answer = kit.client().say(HttpKit.get("/")).rest();
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(body.length);
    Streams.run(kit.base, () -> kit.server.connections() == 0);
    assertThat(bases.exceptions).isEmpty();
  }

  /**
   * A connection whose long answer has left has the whole time of an idle one. Another one, which
   * reads nothing, is the clock: it stands still for all looks at an answer, and is reset.
   */
  @EngineTest
  void aLongAnswerDoesNotShortenTheRestBehindIt(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.answerSilence(Duration.ofMillis(400)));
    final int[] answered = new int[1];
    kit.server.onComplete(access -> answered[0]++);
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle("/long", exchange -> exchange.respond(200, "x".repeat(1 << 20) + "end"));
    final HttpKit.Client kept = kit.pair().say(HttpKit.get("/long"));
    final HttpKit.Client clock = kit.pair().say(HttpKit.get("/long"));
    kept.stream.disable(Event.READ);
    clock.stream.disable(Event.READ);
    Streams.run(kit.base, () -> answered[0] == 2);
    kept.stream.enable(Event.READ);
    kept.until("end");
    Streams.run(kit.base, () -> kit.server.connections() < 2);
    assertThat(kept.hasEnded()).isFalse();
    kept.say(HttpKit.get("/")).until("200 OK");
    assertThat(bases.exceptions).isEmpty();
  }

  /** Requests that go on coming are no excuse for taking no answer. */
  @EngineTest
  void whoAsksOnAndTakesNothingIsReset(final Bases bases) {
    final HttpKit kit =
        new HttpKit(bases, HttpServerLimits.DEFAULT.answerSilence(Duration.ofMillis(200)));
    final int[] answered = new int[1];
    kit.server.handle(
        "/",
        exchange -> {
          answered[0]++;
          exchange.respond(200, new byte[128 << 10]);
        });
    final HttpKit.Client client = kit.pair().say(HttpKit.get("/"));
    client.stream.disable(Event.READ);
    Streams.run(kit.base, () -> answered[0] == 1);
    try (Event again =
        kit.base.newPeriodicTimer(
            (self, what) -> {
              if (kit.server.connections() > 0) {
                client.say(HttpKit.get("/"));
              }
            })) {
      again.add(Duration.ofMillis(10));
      Streams.run(kit.base, () -> kit.server.connections() == 0);
    }
    assertThat(answered[0]).isGreaterThan(1);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aLowerLimitOfRequestsEndsOlderConnections(final Bases bases) {
    final HttpKit kit = new HttpKit(bases);
    kit.server.handle("/", exchange -> exchange.respond(200));
    final HttpKit.Client client = kit.client();
    for (int i = 0; i < 3; i++) {
      client.say(HttpKit.get("/")).until("200 OK");
    }
    kit.server.limits(HttpServerLimits.DEFAULT.requests(2));
    assertThat(client.say(HttpKit.get("/")).rest()).contains("Connection: close");
  }

  @EngineTest
  void aHigherLimitOfConnectionsLetsOthersIn(final Bases bases) {
    final HttpKit kit = new HttpKit(bases, HttpServerLimits.DEFAULT.connections(1));
    kit.server.pauseAccepting(true).handle("/", exchange -> exchange.respond(200));
    kit.client().say(HttpKit.get("/")).until("200 OK");
    final HttpKit.Client waits = kit.client().say(HttpKit.get("/"));
    Streams.run(kit.base, () -> kit.server.listeners().stream().noneMatch(l -> l.isEnabled()));
    kit.server.limits(HttpServerLimits.DEFAULT.connections(2));
    waits.until("200 OK");
    assertThat(kit.server.connections()).isEqualTo(2);
  }
}
