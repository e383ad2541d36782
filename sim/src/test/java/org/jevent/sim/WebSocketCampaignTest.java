package org.jevent.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.http.HttpCall;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpHeaders;
import org.jevent.http.HttpTimeouts;
import org.jevent.sim.junit.SimulationTest;
import org.jevent.websocket.DeflateConfig;
import org.jevent.websocket.Role;
import org.jevent.websocket.WebSocket;
import org.jevent.websocket.WebSocketConfig;
import org.jevent.websocket.WebSocketException;
import org.jevent.websocket.Zips;

/** WebSockets in simulated worlds: each ends once, and what has come is what was sent, in order. */
class WebSocketCampaignTest {
  private static final int SEEDS = 60;
  private static final Duration LONG = Duration.ofMinutes(30);

  /** A client's attempt at a socket. */
  private static final class Attempt {
    private enum State {
      PLANNED,
      CALLED,
      ENDED;

      boolean leadsTo(final State next) {
        return next.ordinal() == ordinal() + 1;
      }
    }

    private final Pair pair;
    private final int id;
    private State state = State.PLANNED;
    private HttpCall call;
    private SocketTalk talk;
    private String problem = "";

    Attempt(final Pair pair, final int id) {
      this.pair = pair;
      this.id = id;
      pair.clientBase.once(
          null,
          Event.TIMEOUT,
          Duration.ofMillis(pair.choices.choose("connects at", 20_000)),
          (self, what) -> connect());
    }

    private void become(final State next) {
      if (!state.leadsTo(next)) {
        throw new AssertionError(this + " to " + next);
      }
      state = next;
    }

    private void connect() {
      become(State.CALLED);
      final String origin = (pair.sides == null ? "ws" : "wss") + "://server:" + SocketService.PORT;
      call =
          WebSocket.connect(
              pair.client(),
              origin + "/" + id,
              pair.config(true).headers(new HttpHeaders().add(SocketTalk.ID, String.valueOf(id))),
              this::ended);
      if (!pair.isCalm && pair.choices.happens("cancels", 0.1)) {
        pair.clientBase.once(
            null,
            Event.TIMEOUT,
            Duration.ofMillis(pair.choices.choose("cancels at", 500)),
            (self, what) -> cancel());
      }
    }

    private void cancel() {
      if (state == State.CALLED) {
        become(State.ENDED);
        call.cancel();
      }
    }

    private void ended(final WebSocket socket, final WebSocketException wrong) {
      become(State.ENDED);
      problem = String.valueOf(wrong);
      if (socket == null) {
        if (pair.isCalm) {
          throw new AssertionError(this + " has failed", wrong);
        }
        return;
      }
      talk = new SocketTalk(socket, pair.choices, id, pair.book.of(id, Role.SERVER), pair.isCalm);
      pair.book.of(id, Role.CLIENT).add(talk);
    }

    boolean isOver() {
      return state == State.ENDED && (talk == null || talk.isOver());
    }

    @Override
    public String toString() {
      return id + " " + state + " " + (talk == null ? problem : talk);
    }
  }

  /** The hosts of both ends. */
  private static final class Pair {
    final World world;
    final Choices choices;
    final Host server;
    final Host client;
    final TlsSamples.Sides sides;
    final SocketService service;
    final SocketTalk.Book book = new SocketTalk.Book();
    final boolean isCalm;
    final List<Attempt> attempts = new ArrayList<>();
    EventBase clientBase;
    private HttpClient http;

    Pair(final World world, final boolean secure, final boolean isCalm) {
      this.world = world;
      this.isCalm = isCalm;
      choices = world.choices();
      server = world.host("server");
      client = world.host("client");
      sides = secure ? TlsSamples.sides(world, client, server) : null;
      service =
          new SocketService(choices, book, config(false), secure ? sides.server() : null, isCalm);
    }

    WebSocketConfig config(final boolean isClient) {
      final WebSocketConfig made = deflating(isClient ? "client deflates" : "server deflates");
      return isCalm
          ? made.handshakeTimeout(Duration.ofHours(1))
              .closeTimeout(Duration.ofHours(1))
              .pingInterval(Duration.ZERO)
          : made;
    }

    private WebSocketConfig deflating(final String name) {
      if (!choices.happens(name, 0.6)) {
        return WebSocketConfig.DEFAULT;
      }
      return WebSocketConfig.DEFAULT.deflate(
          DeflateConfig.DEFAULT
              .contextTakeover(choices.happens("context", 0.5))
              .threshold(choices.choose("threshold", 3) * 500)
              .level(choices.between("level", 1, 9)));
    }

    HttpClient client() {
      return http;
    }

    void start() {
      server.start(host -> service.open());
      client.start(
          host -> {
            clientBase = new EventBase(new EventConfig().exceptionHandler(SocketService::thrown));
            final HttpClient.Builder builder = HttpClient.builder(clientBase);
            if (isCalm) {
              builder.timeouts(
                  HttpTimeouts.DEFAULT
                      .withConnect(null)
                      .withTls(Duration.ofHours(1))
                      .withRequest(null)
                      .withHead(null));
            }
            if (sides != null) {
              builder.tls(sides.client());
            }
            http = builder.build();
            final int count = choices.between("sockets", 1, 6);
            for (int i = 0; i < count; i++) {
              attempts.add(new Attempt(this, i));
            }
          });
    }

    void mishaps() {
      for (int i = choices.between("mishaps", 0, 3); i > 0; i--) {
        final Duration at = Duration.ofMillis(choices.choose("at", 60_000));
        switch (choices.choose("mishap", 4)) {
          case 0 -> world.at(at, () -> host().pause(Duration.ofSeconds(5)));
          case 1 -> {
            final Link.Cut how = Link.Cut.values()[choices.choose("cut", Link.Cut.values().length)];
            world.at(at, () -> world.partition(client, server, how));
            world.at(
                at.plusMillis(choices.choose("cut for", 120_000)),
                () -> world.heal(client, server));
          }
          case 2 -> {
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
          default -> {}
        }
      }
    }

    private Host host() {
      return choices.happens("server", 0.5) ? server : client;
    }

    /** All sockets have ended, and nothing is left of them. */
    void end() {
      world.eventually(
          LONG, "all sockets end: " + attempts, () -> attempts.stream().allMatch(Attempt::isOver));
      world.calm();
      if (!server.isUp()) {
        server.restart();
        world.run(Duration.ofSeconds(1));
      }
      world.run(Duration.ofMinutes(3));
      server.foreground(
          () -> {
            service.close();
            return null;
          });
      client.foreground(
          () -> {
            http.close();
            return null;
          });
      for (final Host each : List.of(client, server)) {
        world.eventually(
            LONG, "descriptors of " + each + " are closed", () -> each.openDescriptors() == 0);
      }
      world.run(Duration.ofMinutes(1));
      nothingIsLeft(server, service.base());
      nothingIsLeft(client, clientBase);
    }

    private static void nothingIsLeft(final Host host, final EventBase base) {
      final String left =
          host.foreground(
              () -> {
                final int zips = Zips.taken(base);
                base.close();
                return base.bufferMemory() + " bytes, " + zips + " compressors";
              });
      if (!left.equals("0 bytes, 0 compressors")) {
        throw new AssertionError("left on " + host + ": " + left);
      }
    }
  }

  private static void talks(final World world, final boolean secure) {
    final Pair pair = new Pair(world, secure, false);
    Faulty.network(world, Faults.RESOURCES);
    pair.mishaps();
    pair.start();
    pair.end();
  }

  @SimulationTest(seeds = SEEDS)
  void eachSocketEndsOnce(final World world, final Choices choices) {
    talks(world, false);
  }

  @SimulationTest(seeds = SEEDS)
  void eachSocketOverTlsEndsOnce(final World world, final Choices choices) {
    talks(world, true);
  }

  @SimulationTest(seeds = SEEDS)
  void withoutMishapsAllEndCleanly(final World world, final Choices choices) {
    final Pair pair = new Pair(world, choices.happens("secure", 0.3), true);
    Faulty.network(world);
    pair.start();
    pair.end();
  }

  /** The server drains while they talk: each gets 1001, and the server ends when the last has. */
  @SimulationTest(seeds = SEEDS)
  void aServerThatDrains(final World world, final Choices choices) {
    final Pair pair = new Pair(world, choices.happens("secure", 0.3), false);
    Faulty.network(world);
    final int[] done = new int[1];
    pair.start();
    world.at(
        Duration.ofMillis(choices.choose("drains at", 30_000)),
        () ->
            pair.server.foreground(
                () -> {
                  pair.service.drain(() -> done[0]++);
                  return null;
                }));
    world.eventually(LONG, "it is drained", () -> done[0] == 1);
    if (pair.service.server().connections() != 0
        || !pair.service.talks().stream().allMatch(SocketTalk::isOver)) {
      throw new AssertionError("left: " + pair.service.talks());
    }
    pair.end();
    if (done[0] != 1) {
      throw new AssertionError("drained " + done[0] + " times");
    }
  }
}
