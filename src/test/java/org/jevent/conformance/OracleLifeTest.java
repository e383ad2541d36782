package org.jevent.conformance;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How many descriptors each kind of thing keeps open, in each order of closing, on each engine. */
@EnabledOnOs(OS.LINUX)
class OracleLifeTest {
  /** Makes what the caller closes, or loses. */
  @FunctionalInterface
  private interface Maker {
    AutoCloseable make(EventBase base);
  }

  /** Something that has descriptors and is used by a base. */
  private record Kind(String name, int descriptors, Maker maker) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("socket", 1, base -> base.sockets().stream(Streams.ANY_PORT)),
          new Kind("socket with an event", 1, OracleLifeTest::watched),
          new Kind("pair", 2, base -> all(base.sockets().pair())),
          new Kind("pipe", 2, base -> all(base.sockets().pipe())),
          new Kind("listener", 1, OracleLifeTest::listener),
          new Kind("datagrams", 1, OracleLifeTest::datagrams),
          new Kind("streams", 2, OracleLifeTest::streams),
          new Kind("streams with bytes unsent", 2, OracleLifeTest::sending));

  private static AutoCloseable all(final AutoCloseable... parts) {
    return () -> {
      for (final AutoCloseable part : parts) {
        part.close();
        part.close();
      }
    };
  }

  private static AutoCloseable watched(final EventBase base) {
    final NetSocket socket = base.sockets().datagram(Streams.ANY_PORT);
    final Event event = base.newEvent(socket, Event.READ | Event.PERSIST, (self, what) -> {});
    event.add();
    return all(event, socket);
  }

  private static AutoCloseable listener(final EventBase base) {
    return all(
        ConnectionListener.bind(
            base, Streams.ANY_PORT, ConnectionListener.CLOSE_ON_FREE, -1, (a, b, c) -> {}));
  }

  private static AutoCloseable datagrams(final EventBase base) {
    final DatagramEvent event =
        DatagramEvent.bind(base, Streams.ANY_PORT, (self, data, from, truncated) -> {});
    event.enable();
    event.send(ByteBuffer.allocate(10), event.address());
    return all(event);
  }

  private static BufferEvent[] pair(final EventBase base) {
    final NetSocket[] pair = base.sockets().pair();
    return new BufferEvent[] {
      BufferEvent.socket(base, pair[0], BufferEvent.CLOSE_ON_FREE),
      BufferEvent.socket(base, pair[1], BufferEvent.CLOSE_ON_FREE)
    };
  }

  private static AutoCloseable streams(final EventBase base) {
    final BufferEvent[] pair = pair(base);
    pair[0].enable(Event.READ);
    pair[1].enable(Event.READ);
    return all(pair[0], pair[1]);
  }

  private static AutoCloseable sending(final EventBase base) {
    final BufferEvent[] pair = pair(base);
    pair[0].write(new byte[1 << 20]);
    return all(pair[0], pair[1]);
  }

  /** A few iterations, which bring into the engine what was asked for. */
  private static void turn(final EventBase base) {
    for (int i = 0; i < 4; i++) {
      base.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  @EngineTest
  void eachKindHasItsDescriptorsUntilItIsClosed(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          for (final Kind kind : KINDS) {
            final EventBase base = engine.base();
            turn(base);
            final int before = Oracle.descriptors();
            AutoCloseable made = kind.maker.make(base);
            notes.add(kind.name + " made", Oracle.descriptorsSince(before, kind.descriptors));
            turn(base);
            notes.add(kind.name + " used", Oracle.descriptorsSince(before, kind.descriptors));
            made.close();
            turn(base);
            notes.add(kind.name + " closed", Oracle.descriptorsSince(before, 0));
            made = kind.maker.make(base);
            made.close();
            turn(base);
            notes.add(kind.name + " closed at once", Oracle.descriptorsSince(before, 0));
          }
        });
  }

  @EngineTest
  void aSocketThatWasWatchedIsClosedAtOnceThoughNoLoopRuns(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        // An operation of io_uring holds its file until the loop has taken it back.
        Oracle.on("io_uring", bases, "the address again", "! EADDRINUSE"),
        (engine, notes) -> {
          final EventBase base = engine.base();
          turn(base);
          final int before = Oracle.descriptors();
          final AutoCloseable made = watched(base);
          turn(base);
          made.close();
          notes.add("descriptors", Oracle.descriptorsSince(before, 0));
          final NetSocket listener = base.sockets().listen(Streams.ANY_PORT, -1);
          final SocketAddress address = listener.localAddress();
          final Event event = base.newEvent(listener, Event.READ, (self, what) -> {});
          event.add();
          turn(base);
          event.close();
          listener.close();
          notes.run("the address again", () -> base.sockets().listen(address, -1).close());
        });
  }

  @EngineTest
  void whatIsOpenWhenItsBaseIsClosedStaysOpenUntilItIsClosed(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final int before = Oracle.descriptors();
          for (final Kind kind : KINDS) {
            for (final boolean used : new boolean[] {false, true}) {
              final String name = kind.name + (used ? " used" : " new");
              final EventBase base = engine.base();
              final AutoCloseable made = kind.maker.make(base);
              if (used) {
                turn(base);
              }
              base.close();
              notes.add(name + ", base closed", Oracle.descriptorsSince(before, kind.descriptors));
              made.close();
              notes.add(name + ", closed after it", Oracle.descriptorsSince(before, 0));
            }
          }
        });
  }

  @EngineTest
  void whatIsClosedJustBeforeItsBaseIsClosedWithIt(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final int before = Oracle.descriptors();
          for (final Kind kind : KINDS) {
            for (final boolean used : new boolean[] {false, true}) {
              final EventBase base = engine.base();
              final AutoCloseable made = kind.maker.make(base);
              if (used) {
                turn(base);
              }
              made.close();
              base.close();
              notes.add(kind.name + (used ? " used" : " new"), Oracle.descriptorsSince(before, 0));
            }
          }
        });
  }

  /** What the program cannot reach any more is left to the garbage collector. */
  @EngineTest
  void whatIsLostWithOrAfterItsBaseIsClosedByTheGarbageCollector(final Bases bases)
      throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final int before = Oracle.descriptors();
          for (final Kind kind : KINDS) {
            for (final boolean used : new boolean[] {false, true}) {
              lose(engine, kind, used, true);
              notes.add(
                  kind.name + (used ? " used" : " new") + ", base closed",
                  Oracle.descriptorsCollected(before, 0));
              lose(engine, kind, used, false);
              notes.add(
                  kind.name + (used ? " used" : " new") + ", base lost",
                  Oracle.descriptorsCollected(before, 0));
            }
          }
        });
  }

  private static void lose(
      final Bases engine, final Kind kind, final boolean used, final boolean close) {
    final EventBase base = new EventBase(engine.config());
    kind.maker.make(base);
    if (used) {
      turn(base);
    }
    if (close) {
      base.close();
    }
  }

  /** What a program accepts in one base and loses there. */
  @EngineTest
  void acceptedSocketsThatAreLostAreClosedWhileTheBaseIsOpen(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final int[] accepted = {0};
          final ConnectionListener listener =
              engine.later(
                  ConnectionListener.bind(
                      base,
                      Streams.ANY_PORT,
                      ConnectionListener.CLOSE_ON_FREE,
                      -1,
                      (self, socket, peer) -> accepted[0]++));
          final List<NetSocket> clients = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            clients.add(engine.later(base.sockets().connect(listener.address())));
          }
          turn(base);
          final int before = Oracle.descriptors() - accepted[0];
          Streams.run(base, () -> accepted[0] == 5);
          notes.add("accepted", accepted[0]);
          notes.add("left", Oracle.descriptorsCollected(before, 0));
          notes.add("clients", clients.size());
        });
  }
}
