package org.jevent.sim;

import java.time.Duration;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.sim.junit.SimulationTest;

/**
 * Links that lose, hold and are slow, hosts that crash and pause: in the end clients are served.
 */
class LossCampaignTest {
  private static final int SEEDS = 150;
  private static final int CLIENTS = 3;
  private static final int BYTES = 20_000;

  /** Asks until it has had as many bytes of an echo as it has sent, over one connection. */
  private static final class Client {
    private final World world;
    private final EventBase base = new EventBase();
    private long answered;
    private boolean done;

    Client(final World world) {
      this.world = world;
    }

    void connect() {
      answered = 0;
      final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      stream.setCallbacks(this::read, null, this::event);
      stream.enable(Event.READ | Event.WRITE);
      stream.setTimeouts(Duration.ofSeconds(30), null);
      stream.connect("server", Servers.PORT);
      stream.write(new byte[BYTES]);
    }

    private void read(final BufferEvent stream) {
      answered += stream.input().length();
      stream.input().drain(stream.input().length());
      if (answered == BYTES) {
        done = true;
        stream.close();
      } else if (answered > BYTES) {
        throw new IllegalStateException(answered + " bytes of " + BYTES + " at " + world.now());
      }
    }

    private void event(final BufferEvent stream, final int what) {
      if (what != BufferEvent.CONNECTED) {
        stream.close();
        base.newTimer((event, why) -> connect()).add(Duration.ofSeconds(1));
      }
    }
  }

  private static void harm(
      final World world, final Choices choices, final Host one, final Host two) {
    final Link link = world.link(one, two);
    final String name = one + " to " + two;
    link.loss(choices.between(name + " loss", 0, 30) / 100.0);
    if (choices.happens(name + " bursts", 0.3)) {
      link.bursts(0.05, 0.3, 0.9);
    }
    if (choices.happens(name + " slow", 0.3)) {
      link.bandwidth(1_000_000).queue(choices.between(name + " queue", 2_000, 50_000));
    }
    for (int i = 0; i < 3; i++) {
      if (choices.happens(name + " cut", 0.3)) {
        final Link.Cut how = Link.Cut.values()[choices.choose(name + " how", 3)];
        final long when = choices.choose(name + " when", 20_000);
        world.at(Duration.ofMillis(when), () -> link.cut(how));
        final long heals = when + choices.choose(name + " heals", 10_000);
        world.at(Duration.ofMillis(heals), link::heal);
      }
    }
  }

  private static void harm(final World world, final Choices choices, final Host host) {
    for (int i = 0; i < 2; i++) {
      final Duration when = Duration.ofMillis(choices.choose(host + " when", 20_000));
      switch (choices.choose(host + " harm", 4)) {
        case 1 -> world.at(when, () -> crash(world, host, Crash.POWER));
        case 2 -> world.at(when, () -> crash(world, host, Crash.PROCESS));
        case 3 -> world.at(when, () -> host.pause(Duration.ofSeconds(3)));
        default -> {}
      }
    }
  }

  private static void crash(final World world, final Host host, final Crash how) {
    if (host.isUp()) {
      host.crash(how);
      world.at(world.now().plusSeconds(2), host::restart);
    }
  }

  @SimulationTest(seeds = SEEDS)
  void clientsAreServedInTheEnd(final World world, final Choices choices) {
    final Host server = world.host("server").start(Servers.echo());
    final Client[] clients = new Client[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      final int number = i;
      final Host host = world.host("client" + i);
      host.start(
          self -> {
            clients[number] = new Client(world);
            clients[number].connect();
          });
      harm(world, choices, host, server);
      harm(world, choices, server, host);
      harm(world, choices, host);
    }
    harm(world, choices, server);
    world.faults(Faults.NETWORK, Faults.ENGINE, Faults.CPU).rate(0.02);
    world.run(Duration.ofSeconds(40));
    world.calm();
    for (final Client client : clients) {
      world.eventually(Duration.ofMinutes(10), "a client is served", () -> client.done);
    }
  }
}
