package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.bufferevent.StreamFilter;
import org.jevent.bufferevent.TokenBucketConfig;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.sim.junit.SimulationTest;

/**
 * The library itself in simulated worlds: whatever happens on the way, nothing is lost or hangs.
 */
class LibraryCampaignTest {
  private static final int SEEDS = 250;
  private static final int END = BufferEvent.EOF | BufferEvent.ERROR | BufferEvent.TIMEOUT;
  private static final Duration LONG = Duration.ofMinutes(30);

  /** What one side has sent, and what the other has received of it. */
  private static final class Bytes {
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    final ByteArrayOutputStream came = new ByteArrayOutputStream();

    byte[] next(final Choices choices, final int most) {
      final byte[] made = new byte[choices.between("size", 1, most)];
      for (int i = 0; i < made.length; i++) {
        made[i] = (byte) (sent.size() + i * 7);
      }
      sent.writeBytes(made);
      return made;
    }

    void take(final BufferEvent stream) {
      came.writeBytes(stream.input().readBytes((int) stream.input().length()));
    }

    boolean isPrefix() {
      final byte[] all = sent.toByteArray();
      final byte[] some = came.toByteArray();
      return some.length <= all.length && Arrays.equals(some, 0, some.length, all, 0, some.length);
    }

    boolean isComplete() {
      return came.size() == sent.size() && isPrefix();
    }
  }

  private static SocketBufferEvent connect(final EventBase base, final String host) {
    final SocketBufferEvent stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
    stream.enable(Event.READ | Event.WRITE);
    stream.connect(host, Servers.PORT);
    return stream;
  }

  /** An assertion that needs no library, for {@link Digests}. */
  private static void require(final boolean holds, final Object found) {
    if (!holds) {
      throw new AssertionError("found " + found);
    }
  }

  /** All descriptors but those of listeners are closed in the end. */
  private static void nothingIsLeft(final World world, final Host host, final int listeners) {
    world.eventually(
        LONG,
        "descriptors of " + host + " are closed: " + host.openDescriptors(),
        () -> host.openDescriptors() == listeners);
  }

  @SimulationTest(seeds = SEEDS)
  void echoLosesNothing(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(Servers.echo());
    final Host client = world.host("client");
    Faulty.network(world);
    final List<Bytes> all = new ArrayList<>();
    client.start(
        host -> {
          final EventBase base = new EventBase();
          final int streams = choices.between("streams", 1, 4);
          for (int i = 0; i < streams; i++) {
            final Bytes bytes = new Bytes();
            all.add(bytes);
            final SocketBufferEvent stream = connect(base, "server");
            final int[] left = {choices.between("messages", 1, 10)};
            stream.setCallbacks(
                self -> {
                  bytes.take(self);
                  if (bytes.isComplete()) {
                    if (left[0]-- > 0) {
                      self.write(bytes.next(choices, 20_000));
                    } else {
                      self.close();
                    }
                  }
                },
                null,
                (self, what) -> assertThat(what & END).isZero());
            stream.write(bytes.next(choices, 5000));
          }
        });
    world.always("each echo is a prefix", () -> all.stream().allMatch(Bytes::isPrefix));
    world.eventually(LONG, "all come back", () -> all.stream().allMatch(Bytes::isComplete));
    nothingIsLeft(world, client, 0);
    nothingIsLeft(world, server, 1);
  }

  @SimulationTest(seeds = SEEDS)
  void aHalfClosedRequestHasItsWholeAnswer(final World world, final Choices choices) {
    final Host server = world.host("server");
    final Bytes request = new Bytes();
    final Bytes answer = new Bytes();
    server.start(
        host -> {
          final EventBase base = new EventBase();
          Servers.serve(
              base,
              stream -> {
                stream.setCallbacks(
                    request::take,
                    null,
                    (self, what) -> {
                      request.take(self);
                      if ((what & BufferEvent.EOF) != 0) {
                        self.write(answer.next(choices, 300_000));
                        self.closeGracefully(Duration.ofMinutes(5));
                      }
                    });
                stream.enable(Event.READ | Event.WRITE);
              });
        });
    final Host client = world.host("client");
    Faulty.network(world);
    final List<Integer> ends = new ArrayList<>();
    client.start(
        host -> {
          final SocketBufferEvent stream = connect(new EventBase(), "server");
          stream.setCallbacks(
              answer::take,
              null,
              (self, what) -> {
                if ((what & END) != 0) {
                  answer.take(self);
                  ends.add(what);
                  self.close();
                }
              });
          stream.write(request.next(choices, 300_000));
          stream.shutdownOutput();
        });
    world.always("prefixes", () -> request.isPrefix() && answer.isPrefix());
    world.eventually(
        LONG, "the end", () -> answer.sent.size() > 0 && answer.isComplete() && !ends.isEmpty());
    require(ends.equals(List.of(BufferEvent.READING | BufferEvent.EOF)), ends);
    assertThat(request.isComplete()).isTrue();
    nothingIsLeft(world, client, 0);
    nothingIsLeft(world, server, 1);
  }

  @SimulationTest(seeds = SEEDS)
  void aProxyPassesEverythingOn(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(Servers.echo());
    final Host proxy = world.host("proxy");
    proxy.start(
        host -> {
          final EventBase base = new EventBase();
          Servers.serve(
              base,
              near -> {
                final SocketBufferEvent far = connect(base, "server");
                near.enable(Event.READ | Event.WRITE);
                final int mark = 1000 * choices.between("mark", 1, 50);
                near.pipeTo(far, mark);
                far.pipeTo(near, mark);
              });
        });
    final Host client = world.host("client");
    Faulty.network(world);
    final Bytes bytes = new Bytes();
    final List<Integer> ends = new ArrayList<>();
    client.start(
        host -> {
          final SocketBufferEvent stream = connect(new EventBase(), "proxy");
          stream.setCallbacks(
              bytes::take,
              null,
              (self, what) -> {
                if ((what & END) != 0) {
                  bytes.take(self);
                  ends.add(what);
                  self.close();
                }
              });
          final int messages = choices.between("messages", 1, 5);
          for (int i = 0; i < messages; i++) {
            stream.write(bytes.next(choices, 200_000));
          }
          stream.shutdownOutput();
        });
    world.always("the echo is a prefix", bytes::isPrefix);
    world.eventually(LONG, "the end", () -> bytes.isComplete() && !ends.isEmpty());
    require(ends.equals(List.of(BufferEvent.READING | BufferEvent.EOF)), ends);
    nothingIsLeft(world, client, 0);
    nothingIsLeft(world, proxy, 1);
    nothingIsLeft(world, server, 1);
  }

  @SimulationTest(seeds = SEEDS)
  void aNameIsTriedAtEachOfItsAddresses(final World world, final Choices choices) throws Exception {
    final Host live = world.host("live");
    live.start(Servers.echo());
    final Host refusing = world.host("refusing");
    final List<InetAddress> addresses = new ArrayList<>();
    final int dead = choices.between("dead", 0, 3);
    for (int i = 0; i < dead; i++) {
      addresses.add(
          choices.happens("unknown", 0.5)
              ? InetAddress.getByName("10.99.0." + (i + 1))
              : refusing.address());
    }
    final boolean works = choices.happens("works", 0.7);
    if (works) {
      addresses.add(live.address());
    }
    world.names().put("server", addresses);
    final Host client = world.host("client");
    Faulty.network(world);
    final Bytes bytes = new Bytes();
    final List<Integer> events = new ArrayList<>();
    client.start(
        host -> {
          final SocketBufferEvent stream = connect(new EventBase(), "server");
          stream.setCallbacks(bytes::take, null, (self, what) -> events.add(what));
          stream.write(bytes.next(choices, 5000));
        });
    world.eventually(LONG, "an outcome", () -> !events.isEmpty());
    if (works) {
      assertThat(events).containsExactly(BufferEvent.CONNECTED);
      world.eventually(LONG, "the echo", bytes::isComplete);
    } else {
      world.run(Duration.ofMinutes(5));
      assertThat(events).containsExactly(BufferEvent.ERROR);
    }
    assertThat(client.openDescriptors()).isLessThanOrEqualTo(1);
  }

  @SimulationTest(seeds = SEEDS)
  void aRateIsKeptExactly(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(Servers.echo());
    final Host client = world.host("client");
    Faulty.network(world);
    final int rate = choices.between("rate", 500, 5000);
    final Duration tick = Duration.ofMillis(choices.between("tick", 10, 200));
    final Bytes bytes = new Bytes();
    client.start(
        host -> {
          final SocketBufferEvent stream = connect(new EventBase(), "server");
          stream.limits().set(new TokenBucketConfig(rate, rate, rate, rate, tick));
          stream.setCallbacks(bytes::take, null, null);
          stream.write(bytes.next(choices, 50_000));
        });
    world.always(
        "not more than the rate",
        () -> bytes.isPrefix() && bytes.came.size() <= rate * (world.now().dividedBy(tick) + 2));
    world.eventually(LONG, "all come back", bytes::isComplete);
  }

  /** Each byte with all bits changed. */
  private static StreamFilter inverting() {
    return (source, target, limit, mode) -> {
      final long max = limit < 0 ? source.length() : Math.min(limit, source.length());
      final byte[] bytes = source.readBytes((int) max);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
      target.add(bytes);
      return StreamFilter.Result.OK;
    };
  }

  @SimulationTest(seeds = SEEDS)
  void filtersOnBothSidesUndoEachOther(final World world, final Choices choices) {
    final Bytes bytes = new Bytes();
    final Host server = world.host("server");
    final List<Integer> ends = new ArrayList<>();
    server.start(
        host ->
            Servers.serve(
                new EventBase(),
                stream -> {
                  final BufferEvent filter =
                      BufferEvent.filter(
                          stream, inverting(), inverting(), BufferEvent.CLOSE_ON_FREE);
                  filter.setCallbacks(
                      bytes::take,
                      null,
                      (self, what) -> {
                        bytes.take(self);
                        ends.add(what);
                        self.close();
                      });
                  filter.enable(Event.READ | Event.WRITE);
                }));
    final Host client = world.host("client");
    Faulty.network(world);
    client.start(
        host -> {
          final SocketBufferEvent stream = connect(new EventBase(), "server");
          final BufferEvent filter =
              BufferEvent.filter(stream, inverting(), inverting(), BufferEvent.CLOSE_ON_FREE);
          filter.enable(Event.READ | Event.WRITE);
          for (int i = choices.between("messages", 1, 5); i > 0; i--) {
            filter.write(bytes.next(choices, 100_000));
          }
          filter.closeAfterFlush();
        });
    world.always("a prefix", bytes::isPrefix);
    world.eventually(LONG, "the end", () -> !ends.isEmpty() && bytes.isComplete());
    require(ends.equals(List.of(BufferEvent.READING | BufferEvent.EOF)), ends);
    nothingIsLeft(world, client, 0);
    nothingIsLeft(world, server, 1);
  }

  /** A client that connects again whenever its connection ends, or nothing comes for a while. */
  private static final class Persistent {
    private final EventBase base = new EventBase();
    private final Event again = base.newTimer((event, what) -> begin());
    private SocketBufferEvent stream;
    int answers;

    void begin() {
      stream = BufferEvent.socket(base, BufferEvent.CLOSE_ON_FREE);
      stream.setTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
      stream.setCallbacks(this::answered, null, this::event);
      stream.enable(Event.READ | Event.WRITE);
      stream.connect("server", Servers.PORT);
      stream.write(new byte[10]);
    }

    private void answered(final BufferEvent self) {
      if (self.input().length() >= 10) {
        self.input().drain(10);
        answers++;
        self.write(new byte[10]);
      }
    }

    private void event(final BufferEvent self, final int what) {
      if ((what & END) != 0) {
        self.close();
        again.add(Duration.ofSeconds(1));
      }
    }
  }

  @SimulationTest(seeds = SEEDS)
  void clientsComeBackAfterCrashesAndPartitions(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(Servers.echo());
    final Host host = world.host("client");
    Faulty.network(world);
    final Persistent[] client = new Persistent[1];
    host.start(
        self -> {
          client[0] = new Persistent();
          client[0].begin();
        });
    for (int i = choices.between("mishaps", 0, 5); i > 0; i--) {
      final Duration at = Duration.ofMillis(choices.choose("at", 60_000));
      switch (choices.choose("mishap", 4)) {
        case 0 -> world.at(at, () -> server.pause(Duration.ofSeconds(5)));
        case 1 -> world.at(at, () -> world.partition(host, server, Link.Cut.DROP));
        case 2 -> world.at(at, () -> crash(server, Crash.POWER));
        default -> world.at(at, () -> crash(server, Crash.PROCESS));
      }
    }
    world.run(Duration.ofMinutes(2));
    world.calm();
    final int before = client[0].answers;
    world.eventually(
        Duration.ofMinutes(3), "the client is served", () -> client[0].answers > before + 3);
    require(host.openDescriptors() <= 1, host.openDescriptors());
  }

  private static void crash(final Host host, final Crash how) {
    if (host.isUp()) {
      host.crash(how);
    }
  }

  @SimulationTest(seeds = SEEDS)
  void listenersSurviveLackOfDescriptorsAndBuffers(final World world, final Choices choices) {
    final Host server = world.host("server").descriptors(choices.between("descriptors", 5, 20));
    server.start(
        host -> {
          final EventBase base =
              new EventBase(new EventConfig().exceptionHandler((source, exception) -> {}));
          final ConnectionListener listener =
              Servers.serve(
                  base,
                  stream -> {
                    stream.setTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60));
                    stream.setCallbacks(
                        self -> self.output().add(self.input()),
                        null,
                        (self, what) -> self.closeAfterFlush());
                    stream.enable(Event.READ | Event.WRITE);
                  });
          listener.setErrorCallback((self, problem) -> {});
        });
    final Host host = world.host("client");
    Faulty.network(world, Faults.RESOURCES);
    final List<Persistent> clients = new ArrayList<>();
    host.start(
        self -> {
          for (int i = choices.between("clients", 1, 12); i > 0; i--) {
            final Persistent client = new Persistent();
            clients.add(client);
            client.base.execute(client::begin);
          }
        });
    world.run(Duration.ofMinutes(1));
    world.calm();
    server.descriptors(1000);
    final int[] before = clients.stream().mapToInt(client -> client.answers).toArray();
    world.eventually(
        Duration.ofMinutes(5),
        "all clients are served",
        () -> {
          for (int i = 0; i < before.length; i++) {
            if (clients.get(i).answers <= before[i]) {
              return false;
            }
          }
          return true;
        });
  }

  @SimulationTest(seeds = SEEDS)
  void datagramsAreAnsweredInTheEnd(final World world, final Choices choices) {
    final Host server = world.host("server");
    server.start(
        host -> {
          final DatagramEvent socket =
              DatagramEvent.bind(
                  new EventBase(),
                  new InetSocketAddress(53),
                  (self, data, from, truncated) -> self.send(data, from));
          socket.setErrorCallback((self, problem) -> {});
          socket.enable();
        });
    final Host client = world.host("client");
    final boolean[] answered = new boolean[choices.between("questions", 1, 20)];
    final InetSocketAddress to = new InetSocketAddress(server.address(), 53);
    client.start(
        host -> {
          final EventBase base = new EventBase();
          final DatagramEvent socket =
              DatagramEvent.bind(
                  base,
                  new InetSocketAddress(client.address(), 0),
                  (self, data, from, truncated) -> answered[data.get(0)] = true);
          socket.setErrorCallback((self, problem) -> {});
          socket.enable();
          final Event retry =
              base.newPeriodicTimer(
                  (self, what) -> {
                    for (int i = 0; i < answered.length; i++) {
                      if (!answered[i]) {
                        socket.send(ByteBuffer.wrap(new byte[] {(byte) i}), to);
                      }
                    }
                  });
          retry.add(Duration.ofMillis(500));
        });
    Faulty.network(world, Faults.RESOURCES);
    world.eventually(
        LONG,
        "all answered",
        () -> {
          for (final boolean one : answered) {
            if (!one) {
              return false;
            }
          }
          return true;
        });
  }
}
