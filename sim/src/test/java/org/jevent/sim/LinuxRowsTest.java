package org.jevent.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.MethodInfo;
import org.jevent.error.ErrnoException;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.junit.jupiter.api.Test;

/** One program says what calls meet on a simulated host, and on Linux with epoll: the same. */
class LinuxRowsTest {
  private static final String EPOLL = "epoll";

  /** The program: its rows by their names. */
  private static final class Rows {
    static final String BOTH_FAMILIES = "both families at one port";

    private final EventBase base;
    private final Map<String, String> rows = new LinkedHashMap<>();
    private final List<NetSocket> sockets = new ArrayList<>();

    Rows(final EventBase base) {
      this.base = base;
    }

    static Map<String, String> of(final EventBase base) {
      try (base) {
        final Rows made = new Rows(base);
        made.pairs();
        made.endedConnections();
        made.connects();
        made.listeners();
        made.addresses();
        made.datagrams();
        made.deferred();
        made.sockets.forEach(NetSocket::close);
        return made.rows;
      }
    }

    private void row(final String name, final Callable<String> calls) {
      try {
        rows.put(name, calls.call());
      } catch (final Exception e) {
        rows.put(name, e.toString());
      }
    }

    /** A row of two sockets that are connected. */
    private void rowOfPair(final String name, final Function<NetSocket[], String> calls) {
      row(name, () -> calls.apply(kept(base.sockets().pair())));
    }

    /** What calls meet: numbers, or the names of errors. */
    @SafeVarargs
    private static String meet(final Callable<Object>... calls) {
      final StringBuilder all = new StringBuilder();
      for (final Callable<Object> call : calls) {
        all.append(outcome(call)).append(' ');
      }
      return all.toString();
    }

    private static Object outcome(final Callable<Object> call) {
      try {
        return call.call();
      } catch (final ErrnoException e) {
        return e.errno();
      } catch (final Exception e) {
        return e.getClass().getSimpleName();
      }
    }

    private static Callable<Object> read(final NetSocket socket) {
      return () -> socket.read(ByteBuffer.allocate(64));
    }

    private static Callable<Object> write(final NetSocket socket) {
      return () -> socket.write(ByteBuffer.allocate(3));
    }

    private static Callable<Object> call(final Runnable action) {
      return () -> {
        action.run();
        return "ok";
      };
    }

    /** Packets travel. */
    private void pass() {
      base.newTimer((event, what) -> {}).add(Duration.ofMillis(30));
      base.dispatch();
    }

    private static InetSocketAddress address(final String host) {
      return new InetSocketAddress(host, 0);
    }

    private static int port(final NetSocket socket) {
      return ((InetSocketAddress) socket.localAddress()).getPort();
    }

    private static InetAddress host(final java.net.SocketAddress address) {
      return address == null ? null : ((InetSocketAddress) address).getAddress();
    }

    /** It is closed at the end, if no row has done that. */
    private NetSocket kept(final NetSocket socket) {
      sockets.add(socket);
      return socket;
    }

    private NetSocket[] kept(final NetSocket... both) {
      sockets.addAll(List.of(both));
      return both;
    }

    private NetSocket listen() {
      return kept(base.sockets().listen(address("127.0.0.1"), 5));
    }

    private NetSocket stream() {
      return kept(base.sockets().stream(address("127.0.0.1")));
    }

    private NetSocket datagram(final String host) {
      return kept(base.sockets().datagram(address(host)));
    }

    private NetSocket[] connection() {
      final NetSocket listener = listen();
      final NetSocket near = stream();
      near.connect(listener.localAddress());
      pass();
      near.finishConnect();
      final NetSocket far = kept(listener.accept());
      listener.close();
      return new NetSocket[] {near, far};
    }

    private void pairs() {
      rowOfPair(
          "pair closed with unread bytes",
          pair -> {
            pair[1].write(ByteBuffer.allocate(4));
            pair[0].close();
            return meet(read(pair[1]), read(pair[1]), write(pair[1]));
          });
      rowOfPair(
          "pair closed with unread bytes, written first",
          pair -> {
            pair[1].write(ByteBuffer.allocate(4));
            pair[0].close();
            return meet(write(pair[1]), read(pair[1]), read(pair[1]));
          });
      rowOfPair(
          "pair closed with unread bytes after own ones",
          pair -> {
            pair[1].write(ByteBuffer.allocate(4));
            pair[0].write(ByteBuffer.allocate(7));
            pair[0].close();
            return meet(read(pair[1]), read(pair[1]), read(pair[1]));
          });
      rowOfPair(
          "pair whose input is shut",
          pair -> {
            pair[1].write(ByteBuffer.allocate(4));
            pair[0].shutdownInput();
            return meet(write(pair[1]), read(pair[0]), read(pair[0]), write(pair[0]));
          });
      row(
          "pipe shut down",
          () -> {
            final NetSocket[] pipe = kept(base.sockets().pipe());
            return meet(call(pipe[0]::shutdownInput), call(pipe[1]::shutdownOutput));
          });
    }

    private void endedConnections() {
      row(
          "reset",
          () -> {
            final NetSocket[] ends = connection();
            ends[1].set(NetOption.LINGER, 0);
            ends[1].close();
            pass();
            return meet(
                ends[0]::remoteAddress,
                call(ends[0]::shutdownOutput),
                call(ends[0]::shutdownInput),
                read(ends[0]),
                read(ends[0]),
                write(ends[0]));
          });
      row(
          "both ends shut",
          () -> {
            final NetSocket[] ends = connection();
            ends[0].shutdownOutput();
            pass();
            final boolean half = ends[0].remoteAddress() != null;
            ends[1].shutdownOutput();
            pass();
            return half
                + " "
                + meet(
                    ends[0]::remoteAddress,
                    ends[1]::remoteAddress,
                    call(ends[0]::shutdownOutput),
                    call(ends[1]::shutdownInput),
                    read(ends[0]),
                    write(ends[1]));
          });
    }

    private void connects() {
      row(
          "connect after a refusal",
          () -> {
            final NetSocket listener = listen();
            final java.net.SocketAddress to = listener.localAddress();
            listener.close();
            final NetSocket near = stream();
            near.connect(to);
            pass();
            final Object first = outcome(near::finishConnect);
            final Object second = outcome(() -> near.connect(to));
            final Object third = outcome(() -> near.connect(to));
            pass();
            return first + " " + second + " " + third + " " + outcome(near::finishConnect);
          });
      row(
          "connect after a refusal that no call has taken",
          () -> {
            final NetSocket listener = listen();
            final java.net.SocketAddress to = listener.localAddress();
            listener.close();
            final NetSocket near = stream();
            near.connect(to);
            pass();
            return meet(() -> near.connect(to));
          });
      row(
          "source of a bound socket",
          () -> {
            final NetSocket listener = listen();
            final NetSocket near = stream();
            near.bind(address("127.0.0.2"));
            near.connect(listener.localAddress());
            pass();
            return host(kept(listener.accept()).remoteAddress()) + " " + host(near.localAddress());
          });
    }

    private void listeners() {
      row(
          "calls for connections on a listener",
          () -> {
            final NetSocket listener = listen();
            return meet(
                () -> listener.connect(listener.localAddress()),
                () -> listener.get(NetOption.AVAILABLE),
                read(listener));
          });
    }

    private void addresses() {
      row(
          BOTH_FAMILIES,
          () -> {
            final NetSocket listener = kept(base.sockets().listen(address("0.0.0.0"), 5));
            final NetSocket any = kept(base.sockets().stream(address("::")));
            final NetSocket one = kept(base.sockets().stream(address("::1")));
            final int port = port(listener);
            return meet(
                call(() -> any.bind(new InetSocketAddress("::", port))),
                call(() -> one.bind(new InetSocketAddress("::1", port))));
          });
    }

    private void datagrams() {
      row(
          "datagram to the address of no host",
          () -> {
            final NetSocket far = datagram("127.0.0.1");
            final NetSocket near = datagram("127.0.0.1");
            near.send(ByteBuffer.allocate(3), new InetSocketAddress("0.0.0.0", port(far)));
            pass();
            return meet(() -> host(far.receive(ByteBuffer.allocate(9))));
          });
      row(
          "datagrams connected to the address of no host",
          () -> {
            final NetSocket far = datagram("0.0.0.0");
            final NetSocket near = datagram("127.0.0.1");
            near.connect(new InetSocketAddress("0.0.0.0", port(far)));
            near.write(ByteBuffer.allocate(3));
            pass();
            far.send(ByteBuffer.allocate(2), far.receive(ByteBuffer.allocate(9)));
            pass();
            return meet(read(near), () -> host(near.remoteAddress()));
          });
    }

    private void deferred() {
      row(
          "a listener that waits for bytes",
          () -> {
            final NetSocket listener = listen();
            listener.set(NetOption.DEFER_ACCEPT, 60);
            final NetSocket near = stream();
            near.connect(listener.localAddress());
            pass();
            final boolean before = near.finishConnect() && listener.accept() == null;
            near.write(ByteBuffer.allocate(3));
            pass();
            return before + " " + meet(read(kept(listener.accept())));
          });
    }
  }

  /** A real machine may do without. */
  private static boolean hasIpv6() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress("::1", 0));
      return true;
    } catch (final IOException e) {
      return false;
    }
  }

  @Test
  void callsMeetTheSameOnLinux() {
    assumeTrue(
        EventBase.supportedMethods().stream()
            .filter(MethodInfo::usable)
            .anyMatch(method -> method.name().equals(EPOLL)),
        "epoll is not usable here");
    final Map<String, String> real = Rows.of(new EventBase(new EventConfig().method(EPOLL)));
    try (World world = World.open(1)) {
      final Map<String, String> simulated =
          world.host("one").foreground(() -> Rows.of(new EventBase()));
      assertThat(real).hasSize(15);
      if (!hasIpv6()) {
        real.remove(Rows.BOTH_FAMILIES);
        simulated.remove(Rows.BOTH_FAMILIES);
      }
      assertThat(simulated).isEqualTo(real);
    }
  }
}
