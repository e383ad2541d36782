package org.jevent.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jevent.EventBase;
import org.jevent.endpoint.ConnectionListener;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Listeners: each option on each kind of address, and what becomes of connections that wait. */
@EnabledOnOs(OS.LINUX)
class OracleListenerTest {
  private static final Map<String, Integer> FLAGS = new LinkedHashMap<>();
  private static final NetOption[] INHERITED = {
    NetOption.KEEP_ALIVE, NetOption.KEEP_IDLE, NetOption.NO_DELAY, NetOption.LINGER
  };

  static {
    FLAGS.put("nothing", 0);
    FLAGS.put("LEAVE_SOCKETS_BLOCKING", ConnectionListener.LEAVE_SOCKETS_BLOCKING);
    FLAGS.put("CLOSE_ON_EXEC", ConnectionListener.CLOSE_ON_EXEC);
    FLAGS.put("REUSEABLE", ConnectionListener.REUSEABLE);
    FLAGS.put("THREADSAFE", ConnectionListener.THREADSAFE);
    FLAGS.put("DISABLED", ConnectionListener.DISABLED);
    FLAGS.put("DEFERRED_ACCEPT", ConnectionListener.DEFERRED_ACCEPT);
    FLAGS.put("REUSEABLE_PORT", ConnectionListener.REUSEABLE_PORT);
    FLAGS.put("BIND_IPV6ONLY", ConnectionListener.BIND_IPV6ONLY);
    FLAGS.put("BIND_IPV4_AND_IPV6", ConnectionListener.BIND_IPV4_AND_IPV6);
    FLAGS.put(
        "both bindings", ConnectionListener.BIND_IPV6ONLY | ConnectionListener.BIND_IPV4_AND_IPV6);
    FLAGS.put("unknown", 1 << 20);
  }

  @TempDir private Path directory;

  private static InetAddress ip(final String text) {
    try {
      return InetAddress.getByName(text);
    } catch (final java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static SocketAddress at(final String text) {
    return new InetSocketAddress(ip(text), 0);
  }

  /** Where a client finds what listens at {@code address}. */
  private static SocketAddress reach(final SocketAddress address, final boolean six) {
    return address instanceof InetSocketAddress internet
            && internet.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(ip(six ? "::1" : "127.0.0.1"), internet.getPort())
        : address;
  }

  @EngineTest
  void eachOptionOnEachKindOfAddressDoesTheSame(final Bases bases) throws Exception {
    final String none = "! UnsupportedOperationException";
    Oracle.compare(
        bases,
        Oracle.onNio(
            bases,
            "::1 BIND_IPV6ONLY",
            none,
            ":: BIND_IPV6ONLY",
            none,
            "::1 both bindings",
            none,
            ":: both bindings",
            none),
        (engine, notes) -> {
          for (final String where : List.of("127.0.0.1", "::1", "0.0.0.0", "::", "unix")) {
            FLAGS.forEach(
                (flag, options) -> {
                  final String name = where + " " + flag;
                  notes.call(name, () -> bound(engine, notes, name, where, options));
                });
          }
        });
  }

  private SocketAddress bound(
      final Bases engine,
      final Oracle.Notes notes,
      final String name,
      final String where,
      final int options)
      throws Exception {
    final EventBase base = engine.base();
    final Path path = directory.resolve("socket");
    Files.deleteIfExists(path);
    final SocketAddress wanted =
        where.equals("unix") ? UnixDomainSocketAddress.of(path) : at(where);
    final List<Object> noted = new ArrayList<>();
    final ConnectionListener listener =
        engine.later(
            ConnectionListener.bind(
                base,
                wanted,
                options | ConnectionListener.CLOSE_ON_FREE,
                -1,
                (self, socket, peer) -> {
                  noted.add(peer);
                  if (where.equals("unix")) {
                    socket.close();
                    return;
                  }
                  for (final NetOption option : INHERITED) {
                    noted.add(socket.get(option));
                  }
                  noted.add(socket.localAddress());
                  socket.close();
                }));
    if ((options & ConnectionListener.BIND_IPV6ONLY) == 0) {
      notes.add(name + " enabled", listener.isEnabled());
      accept(engine, notes, name, listener, noted, false);
      if (where.equals("::")) {
        accept(engine, notes, name + " by IPv6", listener, noted, true);
      }
    }
    final SocketAddress address = listener.address();
    listener.close();
    return address;
  }

  private static void accept(
      final Bases engine,
      final Oracle.Notes notes,
      final String name,
      final ConnectionListener listener,
      final List<Object> noted,
      final boolean six) {
    final EventBase base = listener.base();
    noted.clear();
    listener.enable();
    final NetSocket client = engine.later(base.sockets().connect(reach(listener.address(), six)));
    Streams.run(base, () -> client.finishConnect());
    client.write(java.nio.ByteBuffer.allocate(1)); // those with DEFERRED_ACCEPT wait for that
    Streams.run(base, () -> !noted.isEmpty());
    notes.add(name + " accepted", List.copyOf(noted));
  }

  @EngineTest
  void addressesInUseAreReportedTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final int reuse = ConnectionListener.REUSEABLE;
          final int share = ConnectionListener.REUSEABLE_PORT;
          for (final int first : new int[] {0, reuse, share, reuse | share}) {
            for (final int second : new int[] {0, reuse, share, reuse | share}) {
              final ConnectionListener taken =
                  engine.later(ConnectionListener.bind(base, at("127.0.0.1"), first, -1, null));
              notes.name(taken.address(), "taken");
              notes.call(
                  first + " then " + second,
                  () -> {
                    final ConnectionListener other =
                        ConnectionListener.bind(
                            base,
                            taken.address(),
                            second | ConnectionListener.CLOSE_ON_FREE,
                            -1,
                            null);
                    engine.later(other);
                    return other.address();
                  });
              taken.close();
              taken.handle().close();
            }
          }
          notes.call("backlog 0", () -> ConnectionListener.bind(base, at("::1"), 0, 0, null));
          notes.call(
              "an address of another host",
              () -> ConnectionListener.bind(base, at("192.0.2.1"), 0, -1, null));
          notes.call(
              "unresolved",
              () ->
                  ConnectionListener.bind(
                      base, InetSocketAddress.createUnresolved("x.invalid", 0), 0, -1, null));
          final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("taken"));
          final ConnectionListener unix =
              engine.later(
                  ConnectionListener.bind(base, path, ConnectionListener.CLOSE_ON_FREE, -1, null));
          notes.add("path", unix.address().equals(path));
          notes.call("the path again", () -> ConnectionListener.bind(base, path, 0, -1, null));
          unix.close();
          Files.delete(directory.resolve("taken"));
        });
  }

  /** As the system has it: what was in use a moment ago cannot be had without being asked for. */
  @EngineTest
  void anAddressWhoseConnectionsLingerIsHadWithReuseableOnly(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final List<NetSocket> accepted = new ArrayList<>();
          final ConnectionListener first =
              engine.later(
                  ConnectionListener.bind(
                      base,
                      at("127.0.0.1"),
                      ConnectionListener.CLOSE_ON_FREE,
                      -1,
                      (self, socket, peer) -> accepted.add(engine.later(socket))));
          final SocketAddress address = first.address();
          final NetSocket client = engine.later(base.sockets().connect(address));
          Streams.run(base, () -> !accepted.isEmpty() && client.finishConnect());
          first.close();
          base.loop(EventBase.LOOP_NONBLOCK);
          accepted.get(0).close(); // the first to close keeps the address for a while
          notes.call("without", () -> port(bind(engine, base, address, 0)) == port(address));
          notes.call(
              "with",
              () ->
                  port(bind(engine, base, address, ConnectionListener.REUSEABLE)) == port(address));
        });
  }

  private static int port(final SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  private static SocketAddress bind(
      final Bases engine, final EventBase base, final SocketAddress address, final int options) {
    return engine
        .later(
            ConnectionListener.bind(
                base, address, options | ConnectionListener.CLOSE_ON_FREE, -1, null))
        .address();
  }

  @EngineTest
  void connectionsThatWaitAreGivenOutOrClosedTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final List<NetSocket> accepted = new ArrayList<>();
          final ConnectionListener listener =
              engine.later(
                  ConnectionListener.bind(
                      base,
                      at("127.0.0.1"),
                      ConnectionListener.CLOSE_ON_FREE,
                      -1,
                      (self, socket, peer) -> {
                        accepted.add(engine.later(socket));
                        if (accepted.size() % 2 == 0) {
                          self.disable();
                        }
                      }));
          final List<NetSocket> clients = new ArrayList<>();
          for (int i = 0; i < 7; i++) {
            clients.add(engine.later(base.sockets().connect(listener.address())));
          }
          for (int turn = 1; turn <= 2; turn++) {
            final int max = 2 * turn;
            Streams.run(base, () -> accepted.size() >= max);
            Streams.runFor(base, 20);
            notes.add("accepted in turn " + turn, accepted.size());
            notes.add("enabled in turn " + turn, listener.isEnabled());
            listener.enable();
          }
          Streams.run(base, () -> accepted.size() >= 6);
          listener.close();
          listener.close();
          notes.run("enable when closed", listener::enable);
          notes.run("disable when closed", listener::disable);
          notes.call("address when closed", listener::address);
          Streams.run(base, () -> ends(clients.get(6)));
          notes.add("accepted", accepted.size());
          notes.add("others sent away", clients.subList(0, 6).stream().anyMatch(c -> ends(c)));
        });
  }

  private static boolean ends(final NetSocket client) {
    try {
      return client.read(java.nio.ByteBuffer.allocate(1)) == NetSocket.END;
    } catch (final org.jevent.error.ErrnoException reset) {
      return true;
    }
  }
}
