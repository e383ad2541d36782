package org.jevent.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpClientLimits;
import org.jevent.http.HttpServerLimits;
import org.jevent.http.HttpTimeouts;
import org.jevent.sim.junit.SimulationTest;

/** HTTP in simulated worlds: each call ends once, and what has come is what was answered. */
class HttpCampaignTest {
  private static final int SEEDS = 60;
  private static final Duration LONG = Duration.ofMinutes(30);

  /** The hosts of both ends, a server and some clients. */
  static final class Pair {
    final World world;
    final Choices choices;
    final Host server;
    final Host client;
    final HttpService service;
    final TlsSamples.Sides sides;
    final boolean isCalm;
    final List<HttpCalls> clients = new ArrayList<>();
    EventBase clientBase;

    Pair(final World world, final boolean secure, final boolean isCalm) {
      this.world = world;
      this.isCalm = isCalm;
      choices = world.choices();
      server = world.host("server");
      client = world.host("client");
      sides = secure ? TlsSamples.sides(world, client, server) : null;
      service = new HttpService(choices, isCalm, secure ? sides.server() : null);
    }

    void start() {
      if (isCalm) {
        service.limits(patient());
      } else if (choices.happens("handling is limited", 0.5)) {
        service.limits(HttpServerLimits.DEFAULT.handling(Duration.ofSeconds(5)));
      }
      server.start(host -> service.open());
      client.start(host -> clientBase = new EventBase());
    }

    /** Without limits that a slow network could meet. */
    static HttpServerLimits patient() {
      final Duration time = Duration.ofHours(1);
      return HttpServerLimits.DEFAULT
          .minRate(0)
          .headTime(time)
          .bodySilence(time)
          .answerSilence(time)
          .linger(time);
    }

    private HttpTimeouts times() {
      if (!isCalm) {
        return HttpTimeouts.DEFAULT.withTotal(
            Duration.ofSeconds(choices.between("seconds of a call", 5, 120)));
      }
      return HttpTimeouts.DEFAULT
          .withQueued(null)
          .withConnect(null)
          .withTls(Duration.ofHours(1))
          .withRequest(null)
          .withHead(null)
          .withBody(null);
    }

    void calls() {
      final String origin = (sides == null ? "http" : "https") + "://server:" + HttpService.PORT;
      for (int i = choices.between("clients", 1, 3); i > 0; i--) {
        final HttpClient.Builder builder =
            HttpClient.builder(clientBase)
                .timeouts(times())
                .limits(
                    HttpClientLimits.DEFAULT.withConnections(
                        choices.between("connections", 1, 4), 100));
        if (sides != null) {
          builder.tls(sides.client());
        }
        final HttpCalls made = new HttpCalls(builder.build(), choices, origin, isCalm);
        made.plan(choices.between("calls", 1, 8), 100 * i);
        clients.add(made);
      }
    }

    private void mishap() {
      final Duration at = Duration.ofMillis(choices.choose("at", 40_000));
      switch (choices.choose("mishap", 4)) {
        case 0 -> world.at(at, () -> host().pause(Duration.ofSeconds(5)));
        case 1 -> {
          final Link.Cut how = Link.Cut.values()[choices.choose("cut", Link.Cut.values().length)];
          world.at(at, () -> world.partition(client, server, how));
          world.at(
              at.plusMillis(choices.choose("cut for", 60_000)), () -> world.heal(client, server));
        }
        default -> {
          world.at(
              at,
              () -> {
                if (server.isUp()) {
                  server.crash(choices.happens("power", 0.5) ? Crash.POWER : Crash.PROCESS);
                }
              });
          world.at(
              at.plusMillis(choices.choose("down for", 10_000)),
              () -> {
                if (!server.isUp()) {
                  server.restart();
                }
              });
        }
      }
    }

    private Host host() {
      return choices.happens("server", 0.5) ? server : client;
    }

    void mishaps() {
      for (int i = choices.between("mishaps", 0, 4); i > 0; i--) {
        mishap();
      }
    }

    /** All calls have ended, and nothing is left of them. */
    void end() {
      world.eventually(
          LONG, "all calls end: " + clients, () -> clients.stream().allMatch(HttpCalls::isOver));
      world.calm();
      if (!server.isUp()) {
        server.restart();
        world.run(Duration.ofSeconds(1));
      }
      client.foreground(
          () -> {
            clients.forEach(HttpCalls::close);
            return null;
          });
      nothingIsLeft();
    }

    void nothingIsLeft() {
      world.run(Duration.ofMinutes(2));
      server.foreground(
          () -> {
            service.close();
            return null;
          });
      for (final Host each : List.of(client, server)) {
        world.eventually(
            LONG, "descriptors of " + each + " are closed", () -> each.openDescriptors() == 0);
      }
      world.run(Duration.ofMinutes(1));
      requireNoMemory(server, service.base());
      requireNoMemory(client, clientBase);
    }

    private static void requireNoMemory(final Host host, final EventBase base) {
      final long left =
          host.foreground(
              () -> {
                base.close();
                return base.bufferMemory();
              });
      if (left != 0) {
        throw new AssertionError(left + " bytes of buffers of " + host + " are left");
      }
    }
  }

  private static void calls(final World world, final boolean secure) {
    final Pair pair = new Pair(world, secure, false);
    Faulty.network(world, Faults.RESOURCES);
    pair.start();
    pair.mishaps();
    pair.client.start(host -> pair.calls());
    pair.end();
  }

  @SimulationTest(seeds = SEEDS)
  void eachCallEndsOnce(final World world, final Choices choices) {
    calls(world, false);
  }

  @SimulationTest(seeds = SEEDS)
  void eachCallOverTlsEndsOnce(final World world, final Choices choices) {
    calls(world, true);
  }

  @SimulationTest(seeds = SEEDS)
  void withoutMishapsEachIsAnswered(final World world, final Choices choices) {
    final Pair pair = new Pair(world, choices.happens("secure", 0.3), true);
    Faulty.network(world);
    pair.start();
    pair.client.start(host -> pair.calls());
    pair.end();
  }

  @SimulationTest(seeds = SEEDS)
  void pipelinedRequestsAreAnsweredInOrder(final World world, final Choices choices) {
    final Pair pair = new Pair(world, false, true);
    Faulty.network(world);
    pair.start();
    final List<HttpTalk> talks = new ArrayList<>();
    pair.client.start(
        host -> {
          for (int i = choices.between("talks", 1, 3); i > 0; i--) {
            talks.add(new HttpTalk(pair.clientBase, choices, 100 * i));
          }
        });
    world.eventually(LONG, "all talks end", () -> talks.stream().allMatch(HttpTalk::isOver));
    pair.nothingIsLeft();
  }
}
