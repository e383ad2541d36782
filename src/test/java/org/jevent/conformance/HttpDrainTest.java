package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpServerLimits;

/** A server that drains loses no answer, and waits for none without an end. */
class HttpDrainTest {
  private static final int LONG = 8 << 20;
  private static final Duration SOON = Duration.ofMillis(60);
  private static final HttpServerLimits LIMITS = HttpServerLimits.DEFAULT.drainGrace(SOON);

  private static HttpKit kit(final Bases bases, final HttpServerLimits limits) {
    final HttpKit kit = new HttpKit(bases, limits);
    kit.server.handle("/", exchange -> exchange.respond(200));
    kit.server.handle("/long", exchange -> exchange.respond(200, new byte[LONG]));
    return kit;
  }

  /** A client that has a long answer to read, and reads none of it. */
  private static HttpKit.Client deaf(final HttpKit kit) {
    final HttpKit.Client client = kit.pair().say(HttpKit.get("/long"));
    client.stream.disable(Event.READ);
    final int[] answered = new int[1];
    kit.server.onComplete(access -> answered[0]++);
    Streams.run(kit.base, () -> answered[0] == 1);
    return client;
  }

  @EngineTest
  void answersThatStillLeaveAreWhole(final Bases bases) {
    final HttpKit kit = kit(bases, LIMITS);
    final HttpKit.Client slow = deaf(kit);
    final HttpKit.Client idle = kit.client().say(HttpKit.get("/"));
    idle.until("200 OK");
    final int[] done = new int[1];
    kit.server.drain(Duration.ofSeconds(60), () -> done[0]++);
    idle.rest(); // the grace is over
    assertThat(kit.server.connections()).isEqualTo(1);
    assertThat(done[0]).isZero();
    slow.stream.enable(Event.READ);
    final String answer = slow.rest();
    assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(LONG);
    Streams.run(kit.base, () -> done[0] == 1);
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void whoTakesNothingIsNotWaitedFor(final Bases bases) {
    final HttpKit silent = kit(bases, LIMITS.answerSilence(Duration.ofMillis(300)));
    final HttpKit ends = kit(bases, LIMITS);
    deaf(silent);
    deaf(ends);
    final List<String> done = new ArrayList<>();
    silent.server.drain(Duration.ofDays(1), () -> done.add("silence"));
    Streams.run(silent.base, () -> done.size() == 1);
    ends.server.drain(SOON.multipliedBy(3), () -> done.add("deadline"));
    Streams.run(ends.base, () -> done.size() == 2);
    assertThat(done).containsExactly("silence", "deadline");
    assertThat(bases.exceptions).isEmpty();
  }

  @EngineTest
  void aRequestThatIsThereIsAnswered(final Bases bases) {
    final HttpKit kit = kit(bases, LIMITS);
    final BufferEvent[] ends = BufferEvent.pair(kit.base, BufferEvent.CLOSE_ON_FREE);
    bases.later(ends[0]);
    bases.later(ends[1]);
    ends[1].write(HttpKit.get("/").getBytes(StandardCharsets.US_ASCII));
    ends[0].enable(Event.READ);
    Streams.run(kit.base, () -> !ends[0].input().isEmpty());
    final HttpKit.Client client = kit.new Client(ends[1]);
    final int[] done = new int[1];
    kit.server.serve(ends[0]);
    kit.server.drain(Duration.ofSeconds(60), () -> done[0]++);
    assertThat(client.rest()).contains("200 OK", "Connection: close");
    Streams.run(kit.base, () -> done[0] == 1);
  }

  /** As a second signal asks for it: the second deadline counts, and both callers hear of it. */
  @EngineTest
  void anotherDrainSetsAnotherDeadline(final Bases bases) {
    final HttpKit kit = kit(bases, LIMITS);
    final List<HttpExchange> late = new ArrayList<>();
    final List<String> done = new ArrayList<>();
    kit.server.handle("/late", late::add);
    final HttpKit.Client client = kit.client().say(HttpKit.get("/late"));
    Streams.run(kit.base, () -> late.size() == 1);
    kit.server.drain(Duration.ofDays(1), () -> done.add("first"));
    kit.server.drain(SOON, () -> done.add("second"));
    assertThat(client.rest()).isEmpty();
    Streams.run(kit.base, () -> done.size() == 2);
    assertThat(done).containsExactly("first", "second");
    kit.server.drain(SOON, () -> done.add("third"));
    Streams.run(kit.base, () -> done.size() == 3);
    assertThat(bases.exceptions).isEmpty();
  }
}
