package org.jevent.conformance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jevent.EventBase;
import org.jevent.endpoint.DatagramEvent;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Datagram events: every field of every datagram and every error, on each engine. */
@EnabledOnOs(OS.LINUX)
class OracleDatagramTest {
  /** A datagram event that notes what it is given. */
  private static final class Noting {
    final List<Object> noted = new ArrayList<>();
    final DatagramEvent event;

    Noting(final Bases bases, final EventBase base, final SocketAddress at, final int limit) {
      event =
          bases.later(
              new DatagramEvent(
                  base,
                  bases.later(base.sockets().datagram(at)),
                  limit,
                  (self, data, from, truncated) -> {
                    noted.add(data.remaining() + (truncated ? " truncated" : " whole"));
                    noted.add(sum(data));
                    noted.add(from);
                  }));
      event.setErrorCallback((self, problem) -> noted.add(problem));
    }

    private static int sum(final ByteBuffer data) {
      int sum = 0;
      while (data.hasRemaining()) {
        sum = sum * 31 + data.get();
      }
      return sum;
    }
  }

  private static ByteBuffer bytes(final int count) {
    final byte[] content = new byte[count];
    for (int i = 0; i < count; i++) {
      content[i] = (byte) (i * 7 + 1);
    }
    return ByteBuffer.wrap(content);
  }

  private static InetSocketAddress six() {
    try {
      return new InetSocketAddress(InetAddress.getByName("::1"), 0);
    } catch (final UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @EngineTest
  void datagramsOfEachSizeArriveTheSameUnderEachLimit(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          for (final SocketAddress at : List.of(Streams.ANY_PORT, six())) {
            for (final int limit : new int[] {1, 2, 100, 8192, DatagramEvent.MAX_SIZE}) {
              final EventBase base = engine.base();
              final Noting receiver = new Noting(engine, base, at, limit);
              final Noting sender = new Noting(engine, base, at, limit);
              notes.name(receiver.event.address(), "receiver");
              notes.name(sender.event.address(), "sender");
              receiver.event.enable();
              for (final int size :
                  new int[] {0, 1, limit - 1, limit, limit + 1, 2 * limit, 65_507, 65_508}) {
                final String name = at + " limit " + limit + " size " + size + " ";
                if (size == limit - 1 && size < 2 || size == limit && limit < 2) {
                  continue; // one of the others
                }
                if (limit <= 2 && (size == 2 * limit || size == limit + 1 && limit == 1)) {
                  continue;
                }
                notes.call(name, () -> sender.event.send(bytes(size), receiver.event.address()));
                final int before = receiver.noted.size();
                Streams.run(base, () -> receiver.noted.size() > before || !sender.noted.isEmpty());
                notes.add(
                    name + "received",
                    List.copyOf(receiver.noted.subList(before, receiver.noted.size())));
                notes.add(name + "sender", List.copyOf(sender.noted));
                sender.noted.clear();
              }
            }
          }
        });
  }

  @EngineTest
  void aSocketOfIpv6ReachesBothVersionsAndIsReached(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final InetAddress any = InetAddress.getByAddress(new byte[16]);
          final Noting both = new Noting(engine, base, new InetSocketAddress(any, 0), 100);
          final Noting four = new Noting(engine, base, Streams.ANY_PORT, 100);
          final Noting six = new Noting(engine, base, six(), 100);
          final int port = ((InetSocketAddress) both.event.address()).getPort();
          notes.add("address", both.event.address());
          notes.name(four.event.address(), "four");
          notes.name(six.event.address(), "six");
          for (final Noting other : List.of(four, six)) {
            final InetAddress here = ((InetSocketAddress) other.event.address()).getAddress();
            both.event.enable();
            other.event.enable();
            notes.call(here + " to it", () -> both.event.send(bytes(3), other.event.address()));
            Streams.run(base, () -> !other.noted.isEmpty());
            notes.add(here + " was given", List.copyOf(other.noted));
            notes.call(
                here + " from it",
                () -> other.event.send(bytes(4), new InetSocketAddress(here, port)));
            Streams.run(base, () -> !both.noted.isEmpty());
            notes.add(here + " gave it", List.copyOf(both.noted));
            both.noted.clear();
          }
          notes.call("only IPv6 to IPv4", () -> six.event.send(bytes(1), four.event.address()));
          six.noted.clear();
          Streams.run(base, () -> !six.noted.isEmpty());
          notes.add("only IPv6 was given", six.noted);
        });
  }

  @EngineTest
  void whatIsSentToAnUnusedPortIsRefusedTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final InetSocketAddress unused;
          try (NetSocket bound = base.sockets().datagram(Streams.ANY_PORT)) {
            unused = (InetSocketAddress) bound.localAddress();
          }
          final Noting sender = new Noting(engine, base, Streams.ANY_PORT, 100);
          sender.event.handle().connect(unused);
          notes.name(unused, "unused");
          sender.event.enable();
          for (int i = 0; i < 3; i++) {
            final int round = i;
            notes.call("send " + round, () -> sender.event.send(bytes(1), unused));
            Streams.run(base, () -> sender.noted.size() == 1);
            notes.add("refusal " + round, List.copyOf(sender.noted));
            sender.noted.clear();
          }
        });
  }

  @EngineTest
  void argumentsAreRefusedTheSame(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final Noting four = new Noting(engine, base, Streams.ANY_PORT, 100);
          final Noting six = new Noting(engine, base, six(), 100);
          final Map<String, SocketAddress> wrong =
              Map.of(
                  "unresolved", InetSocketAddress.createUnresolved("x.invalid", 9),
                  "port 0", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  "IPv6 and port 0", six(),
                  "IPv6", new InetSocketAddress(six().getAddress(), 9),
                  "path", UnixDomainSocketAddress.of("x"),
                  "long path", UnixDomainSocketAddress.of("x".repeat(108)),
                  "empty path", UnixDomainSocketAddress.of(""),
                  "unknown", new SocketAddress() {});
          wrong.forEach(
              (name, address) -> {
                final ByteBuffer data = bytes(3);
                notes.call("IPv4 to " + name, () -> four.event.send(data, address));
                notes.add("IPv4 to " + name + " left", data.remaining());
                if (!name.equals("IPv6")) {
                  notes.call("IPv6 to " + name, () -> six.event.send(data, address));
                }
              });
          notes.call("no address", () -> four.event.send(bytes(1), null));
          notes.call("no data", () -> four.event.send(null, four.event.address()));
          for (final int limit : new int[] {Integer.MIN_VALUE, -1, 0, DatagramEvent.MAX_SIZE + 1}) {
            notes.run("limit " + limit, () -> new Noting(engine, base, Streams.ANY_PORT, limit));
          }
          four.event.enable();
          four.event.send(bytes(2), four.event.address());
          notes.name(four.event.address(), "itself");
          Streams.run(base, () -> four.noted.size() == 3);
          notes.add("the good one", four.noted);
          base.close();
          notes.run("enable when the base is closed", four.event::enable);
          notes.run("disable when the base is closed", four.event::disable);
          notes.call(
              "send when the base is closed",
              () -> four.event.send(bytes(2), four.event.address()));
          four.event.close();
          four.event.close();
          notes.run("enable when closed", four.event::enable);
          notes.run("disable when closed", four.event::disable);
          notes.call("send when closed", () -> four.event.send(bytes(2), Streams.ANY_PORT));
          notes.call("address when closed", four.event::address);
        });
  }

  @EngineTest
  void disablingAndEnablingKeepsTheOrder(final Bases bases) throws Exception {
    Oracle.compare(
        bases,
        Map.of(),
        (engine, notes) -> {
          final EventBase base = engine.base();
          final List<Integer> sizes = new ArrayList<>();
          final DatagramEvent receiver =
              engine.later(
                  DatagramEvent.bind(
                      base,
                      Streams.ANY_PORT,
                      (self, data, from, truncated) -> {
                        sizes.add(data.remaining());
                        if (sizes.size() % 3 == 0) {
                          self.disable();
                        }
                      }));
          final Noting sender = new Noting(engine, base, Streams.ANY_PORT, 100);
          receiver.enable();
          for (int i = 0; i < 40; i++) {
            sender.event.send(bytes(i), receiver.address());
          }
          for (int i = 1; sizes.size() < 40; i++) {
            final int max = Math.min(40, 3 * i);
            Streams.run(base, () -> sizes.size() >= max);
            Streams.runFor(base, 10);
            notes.add("received in turn " + i, List.copyOf(sizes));
            receiver.enable();
          }
        });
  }
}
