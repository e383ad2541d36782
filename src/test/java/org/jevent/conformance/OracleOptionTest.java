package org.jevent.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each option of each kind of socket, set to several values and read back, on each engine. */
@EnabledOnOs(OS.LINUX)
class OracleOptionTest {
  private static final int[] VALUES = {0, 1, 2, 600, 70_000, -1, Integer.MAX_VALUE};

  private static final int MAX_LINGER = 65_535;

  private static final InetSocketAddress SIX = new InetSocketAddress(six(), 0);

  private static final String NONE = "! UnsupportedOperationException";

  @TempDir private Path directory;

  private static InetAddress six() {
    try {
      return InetAddress.getByName("::1");
    } catch (final java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** A socket of each kind that all engines have. */
  private Map<String, NetSocket> kinds(final Bases bases) {
    final EventBase base = bases.base();
    final SocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
    final Map<String, NetSocket> kinds = new LinkedHashMap<>();
    kinds.put("stream", base.sockets().stream(Streams.ANY_PORT));
    kinds.put("stream of IPv6", base.sockets().stream(SIX));
    kinds.put("stream of Unix", base.sockets().stream(path));
    kinds.put("future listener", base.sockets().listener(Streams.ANY_PORT));
    kinds.put("listener", base.sockets().listen(Streams.ANY_PORT, -1));
    kinds.put("listener of IPv6", base.sockets().listen(SIX, -1));
    kinds.put("listener of Unix", base.sockets().listener(path));
    kinds.put("datagram", base.sockets().datagram(Streams.ANY_PORT));
    kinds.put("datagram of IPv6", base.sockets().datagram(SIX));
    final NetSocket client = base.sockets().connect(kinds.get("listener").localAddress());
    kinds.put("connected", client);
    Streams.run(base, client::finishConnect);
    kinds.put("accepted", kinds.get("listener").accept());
    final NetSocket closed = base.sockets().stream(Streams.ANY_PORT);
    closed.close();
    kinds.put("closed", closed);
    kinds.values().forEach(bases::later);
    return kinds;
  }

  @EngineTest
  void eachOptionOfEachKindOfSocketIsReadBackTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        bases.isNio() ? onNio(kinds(bases).keySet()) : Map.of(),
        (engine, notes) ->
            kinds(engine)
                .forEach(
                    (kind, socket) -> {
                      for (final NetOption option : NetOption.values()) {
                        all(kind, socket, option, notes);
                      }
                    }));
  }

  /** The JDK has no such option for that kind of socket, as {@link NetOption} says. */
  private static boolean lacks(final String kind, final NetOption option) {
    final boolean listener = kind.contains("listener");
    final boolean datagram = kind.contains("datagram");
    final boolean unix = kind.contains("Unix");
    return switch (option) {
      case DEFER_ACCEPT, PATH_MTU_DISCOVERY -> true;
      case BROADCAST -> !datagram;
      case AVAILABLE -> listener || datagram || unix;
      case KEEP_ALIVE -> listener || datagram || unix;
      case LINGER, NO_DELAY -> listener || datagram;
      case SEND_BUFFER -> listener;
      case REUSE_ADDRESS, REUSE_PORT -> unix;
      default -> false;
    };
  }

  /** No engine takes other values. */
  private static boolean isValid(final NetOption option, final int value) {
    return switch (option) {
      case KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT -> value >= 1;
      case SEND_BUFFER, RECEIVE_BUFFER, DEFER_ACCEPT -> value >= 0;
      case LINGER -> value >= -1 && value <= MAX_LINGER;
      case AVAILABLE -> false;
      default -> value == 0 || value == 1;
    };
  }

  /** What is expected of nio instead of what the oracle says. */
  private Map<String, String> onNio(final Set<String> kinds) {
    final Map<String, String> map = new LinkedHashMap<>();
    for (final String kind : kinds) {
      for (final NetOption option : NetOption.values()) {
        if (!kind.equals("closed") && lacks(kind, option)) {
          map.put(kind + " " + option, NONE);
          for (final int value : VALUES) {
            if (isValid(option, value)) {
              map.put(kind + " " + option + " = " + value, NONE);
            }
            map.put(kind + " " + option + " after " + value, NONE);
          }
        }
      }
    }
    for (final int value : VALUES) {
      if (value != 0) { // to take IPv4 too is all that there is
        if (isValid(NetOption.IPV6_ONLY, value)) {
          map.put("stream of IPv6 IPV6_ONLY = " + value, NONE);
        }
        map.put("stream of IPv6 IPV6_ONLY after " + value, "0");
      }
    }
    return map;
  }

  private static void all(
      final String kind, final NetSocket socket, final NetOption option, final Oracle.Notes notes) {
    final String name = kind + " " + option;
    notes.call(name, () -> socket.get(option));
    for (final int value : VALUES) {
      notes.run(name + " = " + value, () -> socket.set(option, value));
      notes.call(name + " after " + value, () -> socket.get(option));
    }
  }
}
