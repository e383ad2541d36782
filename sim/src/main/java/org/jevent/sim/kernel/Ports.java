package org.jevent.sim.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The ports of one protocol on one machine: who is bound to them, and may be bound beside. */
final class Ports<T extends OpenFile> {
  private static final int FIRST_EPHEMERAL = 32_768;
  private static final int LAST_EPHEMERAL = 60_999;
  private static final long TIME_WAIT = TimeUnit.SECONDS.toNanos(60);

  private static final class Port<T> {
    private final List<T> bound = new ArrayList<>(1);
    private int connections;

    /** Of the connections, those whose socket does not let others use the address. */
    private int exclusive;

    private long waitsUntil;
    private long waitsExclusivelyUntil;

    boolean isFree(final long now) {
      return bound.isEmpty() && connections == 0 && waitsUntil <= now;
    }
  }

  private final Network network;
  private final Map<Integer, Port<T>> ports = new HashMap<>();
  private int next = FIRST_EPHEMERAL;

  Ports(final Network network) {
    this.network = network;
  }

  /** A port that nothing uses; -1: none is left. */
  int ephemeral() {
    final int range = LAST_EPHEMERAL - FIRST_EPHEMERAL + 1;
    for (int i = 0; i < range; i++) {
      final int candidate = next;
      next = next == LAST_EPHEMERAL ? FIRST_EPHEMERAL : next + 1;
      final Port<T> port = ports.get(candidate);
      if (port == null || port.isFree(network.now())) {
        return candidate;
      }
    }
    return -1;
  }

  private Port<T> port(final int number) {
    return ports.computeIfAbsent(number, key -> new Port<>());
  }

  /** Of the two families only the IPv6 address of no host has those of the other one as well. */
  private static boolean overlap(final InetAddress one, final InetAddress other) {
    if (one.getAddress().length != other.getAddress().length) {
      final InetAddress longer = one.getAddress().length > other.getAddress().length ? one : other;
      return longer.isAnyLocalAddress();
    }
    return one.isAnyLocalAddress() || other.isAnyLocalAddress() || one.equals(other);
  }

  /** Whether {@code socket} may be bound there, as Linux has it. */
  boolean mayBind(final T socket, final InetSocketAddress address) {
    final Port<T> port = ports.get(address.getPort());
    if (port == null) {
      return true;
    }
    final SocketOptions own = socket.options();
    for (final T other : port.bound) {
      if (other != socket && conflict(own, other, address.getAddress())) {
        return false;
      }
    }
    final long now = network.now();
    return own.reuseAddress()
        ? port.exclusive == 0 && port.waitsExclusivelyUntil <= now
        : port.connections == 0 && port.waitsUntil <= now;
  }

  private boolean conflict(final SocketOptions own, final T other, final InetAddress address) {
    final SocketOptions its = other.options();
    final InetAddress bound = other.localAddress();
    final boolean apart =
        bound.getAddress().length != address.getAddress().length
            && (own.ipv6Only() || its.ipv6Only());
    final boolean shared =
        (own.reusePort() && its.reusePort())
            || (own.reuseAddress() && its.reuseAddress() && !other.isListening());
    return !apart && overlap(bound, address) && !shared;
  }

  /** Another one listens there already, and does not share. */
  boolean mayListen(final T socket, final InetSocketAddress address) {
    final Port<T> port = ports.get(address.getPort());
    if (port == null) {
      return true;
    }
    for (final T other : port.bound) {
      if (other != socket
          && other.isListening()
          && conflict(socket.options(), other, address.getAddress())) {
        return false;
      }
    }
    return true;
  }

  void bind(final T socket, final int number) {
    port(number).bound.add(socket);
  }

  void unbind(final T socket, final int number) {
    final Port<T> port = ports.get(number);
    if (port != null) {
      port.bound.remove(socket);
      forgetIfFree(number, port);
    }
  }

  void connectionBegins(final SocketOptions options, final int number) {
    final Port<T> port = port(number);
    port.connections++;
    port.exclusive += options.reuseAddress() ? 0 : 1;
  }

  /**
   * A connection is over.
   *
   * @param waits this side has ended it first, and keeps the port for a while
   */
  void connectionEnds(final SocketOptions options, final int number, final boolean waits) {
    final Port<T> port = ports.get(number);
    assert port != null && port.connections > 0 : "no connection at port " + number;
    port.connections--;
    port.exclusive -= options.reuseAddress() ? 0 : 1;
    if (waits) {
      port.waitsUntil = network.time().after(TIME_WAIT);
      if (!options.reuseAddress()) {
        port.waitsExclusivelyUntil = port.waitsUntil;
      }
    }
    forgetIfFree(number, port);
  }

  /** The machine has lost power: all are free. */
  void clear() {
    ports.clear();
  }

  private void forgetIfFree(final int number, final Port<T> port) {
    if (port.isFree(network.now())) {
      ports.remove(number);
    }
  }

  /** Those who are bound to a port and have that address. */
  List<T> at(final InetSocketAddress address) {
    final Port<T> port = ports.get(address.getPort());
    if (port == null) {
      return List.of();
    }
    final List<T> exact = new ArrayList<>(1);
    final List<T> any = new ArrayList<>(1);
    for (final T candidate : port.bound) {
      final InetAddress bound = candidate.localAddress();
      if (bound.equals(address.getAddress())) {
        exact.add(candidate);
      } else if (bound.isAnyLocalAddress() && takes(candidate, bound, address.getAddress())) {
        any.add(candidate);
      }
    }
    return exact.isEmpty() ? any : exact;
  }

  private boolean takes(final T candidate, final InetAddress bound, final InetAddress address) {
    final boolean same = bound.getAddress().length == address.getAddress().length;
    return same
        || (bound.getAddress().length > address.getAddress().length
            && !candidate.options().ipv6Only());
  }
}
