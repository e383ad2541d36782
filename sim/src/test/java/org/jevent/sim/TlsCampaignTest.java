package org.jevent.sim;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetSocket;
import org.jevent.sim.junit.SimulationTest;
import org.jevent.tls.Tls;

/** TLS in simulated worlds: each connection has one end, and its bytes are those that were sent. */
class TlsCampaignTest {
  private static final int SEEDS = 60;
  private static final Duration LONG = Duration.ofMinutes(30);

  /** The hosts of both ends, their bases, and their contexts. */
  private static final class Pair {
    final World world;
    final Choices choices;
    final Host server;
    final Host client;
    final TlsSamples.Sides sides;
    final List<TlsEnd> clients = new ArrayList<>();
    final List<TlsEnd> servers = new ArrayList<>();
    final List<ConnectionListener> listeners = new ArrayList<>();
    EventBase serverBase;
    EventBase clientBase;

    Pair(final World world) {
      this.world = world;
      choices = world.choices();
      server = world.host("server");
      client = world.host("client");
      sides = TlsSamples.sides(world, client, server);
      server.start(host -> serverBase = new EventBase());
      client.start(host -> clientBase = new EventBase());
    }

    /** A connection with a separate port. */
    void connection(final int number) {
      final CheckedBytes up = new CheckedBytes();
      final CheckedBytes down = new CheckedBytes();
      final int port = 4000 + number;
      final int at = clients.size();
      servers.add(null);
      server.start(
          host ->
              listeners.add(
                  ConnectionListener.bind(
                      serverBase,
                      new InetSocketAddress(port),
                      ConnectionListener.CLOSE_ON_FREE,
                      -1,
                      (listener, socket, peer) ->
                          servers.set(at, accepted(socket, number, down, up)))));
      client.start(host -> clients.add(connected(port, number, up, down)));
    }

    private TlsEnd accepted(
        final NetSocket socket, final int number, final CheckedBytes out, final CheckedBytes in) {
      final String name = "server " + number;
      final SocketBufferEvent below;
      final BufferEvent stream;
      if (choices.happens(name + " is a filter", 0.5)) {
        below = BufferEvent.socket(serverBase, socket, BufferEvent.CLOSE_ON_FREE);
        stream = Tls.filter(below, sides.server(), Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
      } else {
        below =
            Tls.socket(
                serverBase, socket, sides.server(), Tls.State.ACCEPTING, BufferEvent.CLOSE_ON_FREE);
        stream = below;
      }
      final TlsEnd made = new TlsEnd(stream, below, choices, name, out, in);
      made.peer = clients.get(number);
      made.peer.peer = made;
      return made;
    }

    private TlsEnd connected(
        final int port, final int number, final CheckedBytes out, final CheckedBytes in) {
      final String name = "client " + number;
      final SocketBufferEvent below;
      final BufferEvent stream;
      if (choices.happens(name + " is a filter", 0.5)) {
        below = BufferEvent.socket(clientBase, BufferEvent.CLOSE_ON_FREE);
        stream = Tls.filter(below, sides.client(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE);
      } else {
        below = Tls.socket(clientBase, sides.client(), BufferEvent.CLOSE_ON_FREE);
        stream = below;
      }
      final TlsEnd made = new TlsEnd(stream, below, choices, name, out, in);
      below.connect("server", port);
      return made;
    }

    private static boolean isOver(final List<TlsEnd> ends) {
      return ends.stream().allMatch(end -> end == null || end.isClosed());
    }

    /** All ends have ended, and nothing is left of them. */
    void end() {
      world.eventually(LONG, "all ends have ended", () -> isOver(clients) && isOver(servers));
      server.foreground(
          () -> {
            listeners.forEach(ConnectionListener::close);
            return null;
          });
      nothingIsLeft(server);
      nothingIsLeft(client);
      requireNoMemory(server, serverBase);
      requireNoMemory(client, clientBase);
    }

    private void nothingIsLeft(final Host host) {
      world.eventually(
          LONG, "descriptors of " + host + " are closed", () -> host.openDescriptors() == 0);
    }

    private void requireNoMemory(final Host host, final EventBase base) {
      world.run(Duration.ofMinutes(1));
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

  @SimulationTest(seeds = SEEDS)
  void eachConnectionHasOneEnd(final World world, final Choices choices) {
    final Pair pair = new Pair(world);
    Faulty.network(world);
    final int connections = choices.between("connections", 1, 3);
    for (int i = 0; i < connections; i++) {
      pair.connection(i);
    }
    if (choices.happens("partition", 0.2)) {
      final Duration from = Duration.ofMillis(choices.choose("cut at", 3000));
      final Link.Cut how = Link.Cut.values()[choices.choose("cut", Link.Cut.values().length)];
      world.at(from, () -> world.partition(pair.client, pair.server, how));
      world.at(
          from.plusMillis(choices.choose("cut for", 60_000)),
          () -> world.heal(pair.client, pair.server));
    }
    pair.end();
  }

  /** What a peer sends that does not go on with the handshake. */
  private static byte[] noise(final Choices choices) {
    return switch (choices.choose("noise", 4)) {
      case 0 -> new byte[0];
      case 1 -> "GET / HTTP/1.1\r\nHost: server\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      case 2 -> new byte[] {22, 3, 1, 2, 0, 1}; // a record of a handshake without its rest
      default -> new byte[] {21, 3, 3, 0, 2, 2, 40}; // the alert handshake_failure
    };
  }

  @SimulationTest(seeds = SEEDS)
  void aHandshakeEndsInItsTime(final World world, final Choices choices) {
    final Host silent = world.host("server");
    final Host host = world.host("client");
    final TlsSamples.Sides sides = TlsSamples.sides(world, host, silent);
    final boolean accepts = choices.happens("accepts", 0.5);
    final byte[] noise = noise(choices);
    final Duration limit = Duration.ofMillis(choices.between("limit", 10, 20_000));
    final boolean ends = choices.happens("ends", 0.3);
    silent.start(self -> Noise.talk(new EventBase(), accepts, noise, ends));
    Faulty.network(world);
    final List<Integer> events = new ArrayList<>();
    final Duration[] connected = new Duration[1];
    host.start(
        self -> {
          final EventBase base = new EventBase();
          final Consumer<BufferEvent> watch =
              stream -> {
                Tls.of(stream).handshakeTimeout(limit);
                stream.setCallbacks(
                    data -> events.add(-1),
                    null,
                    (end, what) -> {
                      events.add(what);
                      end.close();
                    });
                stream.enable(Event.READ | Event.WRITE);
              };
          if (accepts) {
            Noise.accept(
                base,
                socket -> {
                  connected[0] = world.now();
                  watch.accept(
                      Tls.socket(
                          base,
                          socket,
                          sides.server(),
                          Tls.State.ACCEPTING,
                          BufferEvent.CLOSE_ON_FREE));
                });
          } else {
            final SocketBufferEvent below = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
            final BufferEvent stream =
                Tls.filter(below, sides.client(), Tls.State.CONNECTING, BufferEvent.CLOSE_ON_FREE);
            watch.accept(stream);
            below.connect("server", Noise.PORT);
          }
        });
    world.eventually(LONG, "the end of the handshake", () -> !events.isEmpty());
    if (connected[0] != null) {
      final Duration took = world.now().minus(connected[0]);
      if (took.compareTo(limit.plusMillis(50)) > 0) { // with the faults CPU, which take time
        throw new AssertionError("the handshake has taken " + took + " of " + limit);
      }
    }
    world.run(Duration.ofMinutes(1));
    final int what = events.get(0);
    if (events.size() != 1 || (what != BufferEvent.ERROR && what != BufferEvent.TIMEOUT)) {
      throw new AssertionError("events " + events);
    }
  }

  @SimulationTest(seeds = SEEDS)
  void withoutResetsEverythingComesAndTheEndIsClean(final World world, final Choices choices) {
    final Pair pair = new Pair(world);
    Faulty.network(world);
    final CheckedBytes up = new CheckedBytes();
    final CheckedBytes down = new CheckedBytes();
    final List<String> ends = new ArrayList<>();
    pair.server.start(
        host ->
            Servers.serve(
                pair.serverBase,
                below -> {
                  final BufferEvent stream =
                      Tls.filter(
                          below,
                          pair.sides.server(),
                          Tls.State.ACCEPTING,
                          BufferEvent.CLOSE_ON_FREE);
                  Tls.of(stream).handshakeTimeout(Duration.ofMinutes(5));
                  stream.setCallbacks(
                      up::take,
                      null,
                      (self, what) -> {
                        if (what == (BufferEvent.READING | BufferEvent.EOF)) {
                          up.take(self);
                          ends.add("server");
                          self.closeAfterFlush();
                        } else if (what != BufferEvent.CONNECTED) {
                          throw new AssertionError("server: event " + what);
                        }
                      });
                  stream.enable(Event.READ | Event.WRITE);
                  for (int i = choices.between("answers", 0, 3); i > 0; i--) {
                    stream.write(down.next(choices.between("answer", 1, 100_000)));
                  }
                }));
    pair.client.start(
        host -> {
          final SocketBufferEvent stream =
              Tls.socket(pair.clientBase, pair.sides.client(), BufferEvent.CLOSE_ON_FREE);
          Tls.of(stream).handshakeTimeout(Duration.ofMinutes(5));
          stream.setCallbacks(
              down::take,
              null,
              (self, what) -> {
                if (what == (BufferEvent.READING | BufferEvent.EOF)) {
                  down.take(self);
                  ends.add("client");
                  self.close();
                } else if (what != BufferEvent.CONNECTED) {
                  throw new AssertionError("client: event " + what + " " + Tls.of(self).error());
                }
              });
          stream.enable(Event.READ | Event.WRITE);
          stream.connect("server", Servers.PORT);
          for (int i = choices.between("requests", 0, 3); i > 0; i--) {
            stream.write(up.next(choices.between("request", 1, 100_000)));
          }
          stream.shutdownOutput();
        });
    world.eventually(LONG, "both ends", () -> ends.size() == 2);
    final boolean whole = up.isComplete() && (down.isComplete() || !pair.sides.is13());
    if (!whole) {
      throw new AssertionError("up " + up + ", down " + down);
    }
  }
}
