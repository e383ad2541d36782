package org.jevent.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jevent.EventBase;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What each operation of a socket answers in each state, on each engine. */
@EnabledOnOs(OS.LINUX)
class OracleSocketTest {
  @TempDir private Path directory;

  private static InetSocketAddress six(final int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName("::1"), port);
    } catch (final UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static InetSocketAddress loopback(final int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A port of loopback without a listener. */
  private static InetSocketAddress unused(final EventBase base) {
    try (NetSocket bound = base.sockets().stream(Streams.ANY_PORT)) {
      bound.bind(Streams.ANY_PORT);
      return (InetSocketAddress) bound.localAddress();
    }
  }

  private static ByteBuffer bytes(final int count) {
    return ByteBuffer.allocate(count);
  }

  /** Everything that can be asked of a stream, with nothing changed by it. */
  private static void ask(final Oracle.Notes notes, final String state, final NetSocket socket) {
    notes.call(state + ": isOpen", socket::isOpen);
    notes.call(state + ": localAddress", socket::localAddress);
    notes.call(state + ": remoteAddress", socket::remoteAddress);
    notes.call(state + ": finishConnect", socket::finishConnect);
    notes.call(state + ": read", () -> socket.read(bytes(8)));
    notes.call(state + ": read into nothing", () -> socket.read(bytes(0)));
    notes.call(state + ": read into read-only", () -> socket.read(bytes(8).asReadOnlyBuffer()));
    notes.call(state + ": write nothing", () -> socket.write(bytes(0)));
  }

  private static boolean connected(final NetSocket socket) {
    try {
      return socket.finishConnect();
    } catch (final ErrnoException e) {
      throw new AssertionError(e);
    }
  }

  /** Linux answers EISCONN only the second time. */
  private static boolean reconnect(final NetSocket socket, final SocketAddress address) {
    try {
      socket.connect(address);
    } catch (final ErrnoException e) {
      // as the second time
    }
    return socket.connect(address);
  }

  /** Two ends of a connection. */
  private static NetSocket[] connection(final Bases bases, final EventBase base) {
    final NetSocket listener = bases.later(base.sockets().listen(Streams.ANY_PORT, -1));
    final NetSocket client = bases.later(base.sockets().connect(listener.localAddress()));
    Streams.run(base, () -> connected(client));
    final NetSocket[] ends = {client, bases.later(listener.accept())};
    listener.close();
    return ends;
  }

  @EngineTest
  void aStreamAnswersTheSameInEachStateOfItsLife(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          ask(notes, "fresh", engine.later(base.sockets().stream(Streams.ANY_PORT)));
          ask(notes, "fresh IPv6", engine.later(base.sockets().stream(six(0))));
          final NetSocket bound = engine.later(base.sockets().stream(Streams.ANY_PORT));
          notes.run("bind", () -> bound.bind(Streams.ANY_PORT));
          notes.run("bind again", () -> bound.bind(Streams.ANY_PORT));
          notes.run(
              "bind to IPv6",
              () -> engine.later(base.sockets().stream(Streams.ANY_PORT)).bind(six(0)));
          ask(notes, "bound", bound);
          final NetSocket[] ends = connection(engine, base);
          notes.name(ends[0].localAddress(), "client");
          notes.name(ends[1].localAddress(), "server");
          ask(notes, "connected", ends[0]);
          ask(notes, "accepted", ends[1]);
          notes.call("connect again", () -> reconnect(ends[0], ends[1].localAddress()));
          notes.call("write", () -> ends[0].write(bytes(5)));
          Streams.run(base, () -> ends[1].get(org.jevent.net.NetOption.AVAILABLE) == 5);
          notes.call("available", () -> ends[1].get(org.jevent.net.NetOption.AVAILABLE));
          notes.call("read 3 of 5", () -> ends[1].read(bytes(3)));
          notes.run("shutdownOutput", ends[0]::shutdownOutput);
          notes.run("shutdownOutput again", ends[0]::shutdownOutput);
          notes.call("write after it", () -> ends[0].write(bytes(5)));
          notes.call("read 2 of 5", () -> ends[1].read(bytes(3)));
          Streams.run(base, () -> ends[1].read(bytes(3)) == NetSocket.END);
          notes.call("read the end", () -> ends[1].read(bytes(3)));
          notes.run("shutdownInput", ends[1]::shutdownInput);
          notes.call("read after it", () -> ends[1].read(bytes(3)));
          notes.call("write the other way", () -> ends[1].write(bytes(4)));
          ask(notes, "half closed", ends[1]);
          ends[0].close();
          ends[0].close();
          ask(notes, "closed", ends[0]);
          notes.call("write when closed", () -> ends[0].write(bytes(1)));
          notes.run("shutdownOutput when closed", ends[0]::shutdownOutput);
          notes.run("bind when closed", () -> ends[0].bind(Streams.ANY_PORT));
          notes.run("connect when closed", () -> ends[0].connect(Streams.ANY_PORT));
          notes.run("listen when closed", () -> ends[0].listen(1));
          notes.call("accept when closed", ends[0]::accept);
        });
  }

  @EngineTest
  void aConnectThatFailsReportsTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Oracle.onNio(
            bases,
            "IPv4 of Unix",
            "! EAFNOSUPPORT",
            "refused: isOpen",
            "false",
            "refused: localAddress",
            "! EBADF",
            "refused: remoteAddress",
            "! EBADF",
            "refused: finishConnect",
            "! EBADF",
            "refused: read",
            "! EBADF",
            "refused: read into nothing",
            "! EBADF",
            "refused: write nothing",
            "! EBADF"),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final NetSocket refused = engine.later(base.sockets().stream(Streams.ANY_PORT));
          notes.call("refused", () -> outcome(base, refused, unused(base)));
          ask(notes, "refused", refused);
          notes.call(
              "refused by Unix",
              () -> engine.later(base.sockets().stream(path("none"))).connect(path("none")));
          notes.call(
              "unresolved",
              () ->
                  engine
                      .later(base.sockets().stream(Streams.ANY_PORT))
                      .connect(InetSocketAddress.createUnresolved("x.invalid", 1)));
          notes.call(
              "unresolved from the start",
              () -> base.sockets().connect(InetSocketAddress.createUnresolved("x.invalid", 1)));
          notes.call(
              "port 0",
              () ->
                  outcome(
                      base, engine.later(base.sockets().stream(Streams.ANY_PORT)), loopback(0)));
          notes.call(
              "IPv6 of IPv4",
              () -> engine.later(base.sockets().stream(Streams.ANY_PORT)).connect(six(9)));
          notes.call(
              "Unix of IPv4",
              () -> engine.later(base.sockets().stream(Streams.ANY_PORT)).connect(path("none")));
          notes.call(
              "IPv4 of Unix",
              () -> engine.later(base.sockets().stream(path("none"))).connect(loopback(9)));
          notes.call(
              "long path",
              () ->
                  engine
                      .later(base.sockets().stream(path("none")))
                      .connect(UnixDomainSocketAddress.of("x".repeat(108))));
          notes.call(
              "longer path",
              () ->
                  engine
                      .later(base.sockets().stream(path("none")))
                      .connect(UnixDomainSocketAddress.of("x".repeat(1000))));
          notes.call(
              "bind to an address of another host",
              () -> bind(engine, base, new InetSocketAddress("192.0.2.1", 0)));
          notes.call("bind to a directory", () -> bind(engine, base, path(".")));
          notes.call("bind below a file", () -> bind(engine, base, path("no/such/directory")));
          notes.call("bind to a long path", () -> bind(engine, base, path("x".repeat(108))));
        });
  }

  private static SocketAddress bind(
      final Bases engine, final EventBase base, final SocketAddress address) {
    final NetSocket socket = engine.later(base.sockets().stream(address));
    socket.bind(address);
    return socket.localAddress();
  }

  private UnixDomainSocketAddress path(final String name) {
    return UnixDomainSocketAddress.of(directory.resolve(name));
  }

  private static boolean outcome(
      final EventBase base, final NetSocket socket, final SocketAddress address) {
    socket.connect(address);
    final boolean[] connected = {false};
    final ErrnoException[] problem = {null};
    Streams.run(
        base,
        () -> {
          try {
            connected[0] = socket.finishConnect();
          } catch (final ErrnoException e) {
            problem[0] = e;
          }
          return connected[0] || problem[0] != null;
        });
    if (problem[0] != null) {
      throw problem[0];
    }
    return true;
  }

  @EngineTest
  void aListeningSocketAnswersTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final NetSocket listener = engine.later(base.sockets().listener(Streams.ANY_PORT));
          notes.call("fresh: localAddress", listener::localAddress);
          notes.call("fresh: accept", listener::accept);
          notes.run("bind", () -> listener.bind(Streams.ANY_PORT));
          notes.run("bind again", () -> listener.bind(Streams.ANY_PORT));
          notes.call("bound: accept", listener::accept);
          notes.run("listen", () -> listener.listen(3));
          notes.run("listen again", () -> listener.listen(4));
          notes.run("bind when listening", () -> listener.bind(Streams.ANY_PORT));
          notes.name(listener.localAddress(), "listener");
          notes.call("localAddress", listener::localAddress);
          notes.call("remoteAddress", listener::remoteAddress);
          notes.call("accept", listener::accept);
          final NetSocket client = engine.later(base.sockets().connect(listener.localAddress()));
          Streams.run(base, () -> connected(client));
          final NetSocket accepted = engine.later(listener.accept());
          notes.name(client.localAddress(), "client");
          notes.call("accepted: localAddress", accepted::localAddress);
          notes.call("accepted: remoteAddress", accepted::remoteAddress);
          notes.call(
              "the same address again", () -> base.sockets().listen(listener.localAddress(), -1));
          final NetSocket unbound = engine.later(base.sockets().listener(Streams.ANY_PORT));
          notes.run("listen without bind", () -> unbound.listen(-1));
          notes.call("listening without bind: localAddress", unbound::localAddress);
          listener.close();
          notes.call("closed: accept", listener::accept);
          notes.call("closed: localAddress", listener::localAddress);
        });
  }

  @EngineTest
  void datagramSocketsAnswerTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Oracle.onNio(
            bases,
            "of a path",
            "! UnsupportedOperationException",
            "connect to port 0",
            "! EINVAL",
            "send elsewhere when connected",
            "! EISCONN"),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final NetSocket one = engine.later(base.sockets().datagram(Streams.ANY_PORT));
          final NetSocket other = engine.later(base.sockets().datagram(Streams.ANY_PORT));
          notes.name(one.localAddress(), "one");
          notes.name(other.localAddress(), "other");
          notes.call("receive nothing", () -> one.receive(bytes(4)));
          notes.call("remoteAddress", one::remoteAddress);
          notes.call("read nothing", () -> one.read(bytes(4)));
          notes.call("write without connect", () -> one.write(bytes(4)));
          notes.call("connect to port 0", () -> engineDatagram(engine, base).connect(loopback(0)));
          notes.call("connect to IPv6", () -> engineDatagram(engine, base).connect(six(9)));
          notes.call("send without connect", () -> one.send(bytes(1), null));
          notes.call("send too much", () -> one.send(bytes(65_508), other.localAddress()));
          notes.call("send far too much", () -> one.send(bytes(1 << 20), other.localAddress()));
          notes.call("send to port 0", () -> one.send(bytes(1), loopback(0)));
          notes.call("send to IPv6", () -> one.send(bytes(1), six(9)));
          notes.call("send to a path", () -> one.send(bytes(1), path("none")));
          notes.call(
              "send to nowhere",
              () -> one.send(bytes(1), InetSocketAddress.createUnresolved("x.invalid", 9)));
          for (final int size : new int[] {0, 1, 3, 4, 5, 9000, 65_507}) {
            notes.call("send " + size, () -> one.send(bytes(size), other.localAddress()));
            for (final int room : new int[] {0, 4, 65_536}) {
              one.send(bytes(size), other.localAddress());
              final ByteBuffer target = bytes(room);
              notes.call("receive " + size + " in " + room, () -> other.receive(target));
              notes.add("received " + size + " in " + room, target.position());
            }
            drain(other);
          }
          notes.call("receive into read-only", () -> other.receive(bytes(4).asReadOnlyBuffer()));
          notes.call("connect", () -> one.connect(other.localAddress()));
          notes.call("connected: remoteAddress", one::remoteAddress);
          notes.call("send to the peer", () -> one.send(bytes(2), null));
          notes.call("send to the peer by name", () -> one.send(bytes(2), other.localAddress()));
          notes.call("write to the peer", () -> one.write(bytes(2)));
          notes.call("receive what came", () -> other.receive(bytes(4)));
          notes.call("read what came", () -> other.read(bytes(4)));
          final InetSocketAddress unused = unusedDatagram(base);
          notes.call("connect to another", () -> one.connect(unused));
          notes.call(
              "send elsewhere when connected", () -> one.send(bytes(1), other.localAddress()));
          notes.call("send to an unused port", () -> one.send(bytes(1), null));
          notes.call("receive the refusal", () -> one.receive(bytes(4)));
          notes.call("and nothing after it", () -> one.receive(bytes(4)));
          notes.call("send to an unused port again", () -> one.send(bytes(1), null));
          notes.call("send into the refusal", () -> one.send(bytes(1), null));
          notes.run("of a path", () -> base.sockets().datagram(path("datagrams")).close());
          Files.deleteIfExists(directory.resolve("datagrams"));
          one.close();
          notes.call("closed: receive", () -> one.receive(bytes(4)));
          notes.call("closed: send", () -> one.send(bytes(1), other.localAddress()));
        });
  }

  private static NetSocket engineDatagram(final Bases engine, final EventBase base) {
    return engine.later(base.sockets().datagram(Streams.ANY_PORT));
  }

  private static void drain(final NetSocket socket) {
    SocketAddress from;
    do {
      from = socket.receive(bytes(1));
    } while (from != null);
  }

  private static InetSocketAddress unusedDatagram(final EventBase base) {
    try (NetSocket bound = base.sockets().datagram(Streams.ANY_PORT)) {
      return (InetSocketAddress) bound.localAddress();
    }
  }

  @EngineTest
  void pipesAndPairsAnswerTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Oracle.onNio(
            bases,
            "first: localAddress",
            "127.0.0.1 PORT",
            "first: remoteAddress",
            "127.0.0.1 PORT"),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final NetSocket[] pair = engine.pair(base);
          ask(notes, "first", pair[0]);
          notes.call("write", () -> pair[0].write(bytes(5)));
          Streams.run(base, () -> pair[1].read(bytes(5)) == 5);
          pair[1].close();
          Streams.run(base, () -> pair[0].read(bytes(5)) == NetSocket.END);
          final NetSocket[] pipe = engine.pipe(base);
          for (int i = 0; i < 2; i++) {
            final NetSocket end = pipe[i];
            notes.call("pipe " + i + ": localAddress", end::localAddress);
            notes.call("pipe " + i + ": remoteAddress", end::remoteAddress);
          }
          notes.call("pipe: read nothing", () -> pipe[0].read(bytes(5)));
          notes.call("pipe: write", () -> pipe[1].write(bytes(5)));
          notes.call("pipe: read", () -> pipe[0].read(bytes(9)));
          pipe[0].close();
          notes.call("pipe: write without a reader", () -> pipe[1].write(bytes(5)));
        });
  }
}
