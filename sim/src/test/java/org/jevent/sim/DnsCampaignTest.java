package org.jevent.sim;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.sim.junit.SimulationTest;

/** Names in simulated worlds: each look-up ends once, in its time, with what was asked for. */
class DnsCampaignTest {
  private static final int SEEDS = 100;
  private static final Duration LONG = Duration.ofMinutes(30);

  private static InetSocketAddress address(final Host server) {
    return new InetSocketAddress(server.address(), NameServers.PORT);
  }

  /** A server that answers, lies, refuses, or is down. */
  private static Host server(final World world, final int number, final boolean denies) {
    final Host host = world.host("ns" + number);
    switch (world.choices().choose("kind of " + host, 6)) {
      case 3 ->
          host.start(
              self -> {
                if (denies) {
                  NameServers.lie(self, world);
                } else {
                  NameServers.lieAboutOthers(self, world);
                }
              });
      case 4 -> host.start(self -> {});
      case 5 -> host.crash(Crash.POWER);
      default -> host.start(self -> NameServers.open(self, world));
    }
    return host;
  }

  private static void mishap(final World world, final Host client, final Host server) {
    final Choices choices = world.choices();
    final Duration at = Duration.ofMillis(choices.choose("at", 90_000));
    switch (choices.choose("mishap", 4)) {
      case 0 -> world.at(at, () -> server.pause(Duration.ofSeconds(5)));
      case 1 -> world.at(at, () -> world.partition(client, server, Link.Cut.DROP));
      case 2 -> world.at(at, () -> world.heal(client, server));
      default -> {
        world.at(
            at,
            () -> {
              if (server.isUp()) {
                server.crash(choices.happens("power", 0.5) ? Crash.POWER : Crash.PROCESS);
              } else {
                server.restart();
              }
            });
      }
    }
  }

  @SimulationTest(seeds = SEEDS)
  void eachLookUpEndsOnce(final World world, final Choices choices) {
    final List<Host> servers = new ArrayList<>();
    for (int i = choices.between("servers", 1, 3); i > 0; i--) {
      servers.add(server(world, i, true));
    }
    final Host client = world.host("client");
    Faulty.network(world, Faults.RESOURCES);
    for (final Host server : servers) {
      world.link(client, server).reordering(choices.choose("reordering", 3) * 0.2);
      world.link(server, client).reordering(choices.choose("reordering", 3) * 0.2);
      world.link(server, client).duplication(choices.choose("duplication", 3) * 0.2);
      world.link(server, client).loss(choices.choose("loss", 4) * 0.1);
    }
    for (int i = choices.between("mishaps", 0, 4); i > 0; i--) {
      mishap(world, client, servers.get(choices.choose("whose", servers.size())));
    }
    final DnsLookups[] lookups = new DnsLookups[1];
    client.start(
        host -> {
          final EventBase base = new EventBase();
          lookups[0] =
              new DnsLookups(
                  world,
                  base,
                  DnsResolver.builder(base)
                      .servers(
                          servers.stream()
                              .map(DnsCampaignTest::address)
                              .toArray(InetSocketAddress[]::new))
                      .search("other", "example")
                      .options(choices.happens("few at once", 0.3) ? "max-inflight:1" : "")
                      .build());
        });
    world.eventually(LONG, "all look-ups end", () -> lookups[0].areOver());
    client.foreground(
        () -> {
          lookups[0].close();
          return null;
        });
    world.eventually(LONG, "all sockets are closed", () -> client.openDescriptors() == 0);
  }

  @SimulationTest(seeds = SEEDS)
  void aServerThatAnswersIsFound(final World world, final Choices choices) {
    final Host right = world.host("right");
    right.start(host -> NameServers.open(host, world));
    final List<Host> servers = new ArrayList<>(List.of(right));
    for (int i = choices.between("others", 0, 2); i > 0; i--) {
      servers.add(choices.choose("place", servers.size() + 1), server(world, i, false));
    }
    final Host client = world.host("client");
    final int[] calls = new int[1];
    final List<Exception> problems = new ArrayList<>();
    client.start(
        host -> {
          final EventBase base = new EventBase();
          final DnsResolver resolver =
              DnsResolver.builder(base)
                  .servers(
                      servers.stream()
                          .map(DnsCampaignTest::address)
                          .toArray(InetSocketAddress[]::new))
                  .options("timeout:2 attempts:5 deadline:60")
                  .build();
          for (int i = 0; i < NameServers.NAMES; i++) {
            resolver.lookup(
                NameServers.name(i),
                DnsType.A,
                (found, problem) -> {
                  calls[0]++;
                  if (problem != null) {
                    problems.add(problem);
                  }
                });
          }
        });
    world.eventually(LONG, "all are answered", () -> calls[0] == NameServers.NAMES);
    if (!problems.isEmpty()) {
      throw new AssertionError(problems.toString());
    }
  }

  /** Guesses are never believed, and no query waits for its time-out because of them. */
  @SimulationTest(seeds = SEEDS)
  void guessedIdsLeadToTcp(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(host -> NameServers.guess(host, world));
    final Host client = world.host("client");
    world.link(server, client).reordering(choices.choose("reordering", 3) * 0.2);
    world.link(server, client).duplication(choices.choose("duplication", 3) * 0.2);
    final List<Object> found = new ArrayList<>();
    final DnsResolver[] resolver = new DnsResolver[1];
    client.start(
        host -> {
          resolver[0] = DnsResolver.builder(new EventBase()).servers(address(server)).build();
          for (int i = 0; i < NameServers.LARGE; i++) {
            final int number = i;
            resolver[0].lookup(
                NameServers.name(i),
                DnsType.A,
                (answer, problem) ->
                    found.add(
                        problem != null
                            ? problem
                            : NameServers.numberOf(answer.addresses().get(0)) - number));
          }
        });
    world.eventually(LONG, "all are answered", () -> found.size() == NameServers.LARGE);
    require(found.stream().allMatch(each -> each.equals(0)), found);
    final long timeouts = client.foreground(() -> resolver[0].stats().timeouts());
    require(timeouts == 0, timeouts + " time-outs");
  }

  /** A name server whose only name has these addresses. */
  private static void open(final List<InetAddress> addresses) {
    DnsServer.builder(new EventBase())
        .udp(new InetSocketAddress("0.0.0.0", NameServers.PORT))
        .handler(
            request -> {
              for (final InetAddress each : addresses) {
                final DnsRecord record = DnsRecord.address(request.name(), 60, each);
                if (record.type().equals(request.type())) {
                  request.answer(record);
                }
              }
              request.respond(Rcode.NOERROR);
            })
        .open();
  }

  /** Echoes at all addresses of the host. */
  private static void echo(final Host host) {
    final EventBase base = new EventBase();
    for (final InetAddress each : host.addresses()) {
      Servers.serve(base, new InetSocketAddress(each, Servers.PORT), Servers::echo);
    }
  }

  @SimulationTest(seeds = SEEDS)
  void connectingByNameFindsTheAddressThatLives(final World world, final Choices choices) {
    final Host live = world.host("live", "10.0.1.1", "fd00::1");
    live.start(DnsCampaignTest::echo);
    final Host refusing = world.host("refusing", "10.0.1.2", "fd00::2");
    final Host dead = world.host("dead", "10.0.1.3", "fd00::3");
    dead.crash(Crash.POWER);
    final Host slow = world.host("slow", "10.0.1.4", "fd00::4");
    slow.start(DnsCampaignTest::echo);
    final Host client = world.host("client", "10.0.1.5", "fd00::5");
    final Host names = world.host("names", "10.0.1.6");
    Faulty.network(world);
    for (final Host each : List.of(live, dead, refusing)) {
      world.link(slow, each).latency(Latency.fixed(Duration.ofMillis(1)));
    }
    world
        .link(slow, client)
        .latency(Latency.fixed(Duration.ofMillis(choices.between("s", 1, 900))));
    final List<InetAddress> addresses = new ArrayList<>();
    boolean lives = false;
    for (int i = choices.between("addresses", 1, 5); i > 0; i--) {
      final Host host = List.of(live, refusing, dead, slow).get(choices.choose("host", 4));
      addresses.add(host.addresses().get(choices.choose("family", 2)));
      lives |= host == live || host == slow;
    }
    final boolean works = lives;
    names.start(host -> open(addresses));
    final List<Integer> events = new ArrayList<>();
    final SocketBufferEvent[] stream = new SocketBufferEvent[1];
    final boolean closes = choices.happens("closes", 0.2);
    client.start(
        host -> {
          final EventBase base = new EventBase();
          final DnsResolver resolver =
              DnsResolver.builder(base)
                  .servers(address(names))
                  .options("timeout:1 attempts:10 deadline:30")
                  .build();
          stream[0] = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
          stream[0].setCallbacks(
              self -> events.add(self.input().get(0) == 7 ? 0 : -1),
              null,
              (self, what) -> {
                events.add(what);
                resolver.close();
              });
          stream[0].enable(Event.READ | Event.WRITE);
          stream[0].write(new byte[] {7});
          stream[0].connect("host.example", Servers.PORT, resolver);
          if (closes) {
            base.once(
                null,
                Event.TIMEOUT,
                Duration.ofMillis(choices.choose("closes at", 1500)),
                (self, what) -> {
                  stream[0].close();
                  events.clear();
                  resolver.close();
                });
          }
        });
    if (closes) {
      world.run(Duration.ofMinutes(10));
      require(events.isEmpty() && client.openDescriptors() == 0, events);
      return;
    }
    world.eventually(LONG, "an outcome", () -> !events.isEmpty());
    final boolean resolved = stream[0].dnsError() == null;
    if (events.get(0) == BufferEvent.CONNECTED) {
      world.eventually(LONG, "the echo", () -> events.size() == 2);
      require(events.get(1) == 0, events);
    } else {
      world.run(Duration.ofMinutes(10));
      require(events.equals(List.of(BufferEvent.ERROR)) && !(works && resolved), events);
    }
    world.eventually(LONG, "rivals are closed", () -> client.openDescriptors() <= 1);
  }

  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }
}
