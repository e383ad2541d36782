package org.jevent.sim.kernel;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Timeline;
import org.jevent.sim.core.Trace;

/** The machines of a world, and the ways between them. */
public final class Network {
  private static final int LOOPBACK_MTU = 65_536;
  private static final int ETHERNET_MTU = 1500;
  private static final int MACHINE_BITS = 32;

  /** How long a packet takes within a machine, in nanoseconds. */
  private static final long LOOPBACK_NANOS = 10_000;

  /** How long a packet takes between machines unless something else is said. */
  private static final long DEFAULT_NANOS = 500_000;

  private final Timeline time;
  private final Draws draws;
  private final Trace trace;
  private final ByteFifo.Pool chunks = new ByteFifo.Pool();
  private final List<Machine> machines = new ArrayList<>();
  private final Map<InetAddress, Machine> byAddress = new HashMap<>();
  private final Map<Long, NetPath> paths = new HashMap<>();
  private Capture capture;

  public Network(final Timeline time, final Draws draws, final Trace trace) {
    this.time = time;
    this.draws = draws;
    this.trace = trace;
  }

  /** Virtual time. */
  public Timeline time() {
    return time;
  }

  /** Nanoseconds since the world began. */
  public long now() {
    return time.now();
  }

  /** What is left open. */
  public Draws draws() {
    return draws;
  }

  /** What has happened. */
  public Trace trace() {
    return trace;
  }

  ByteFifo.Pool chunks() {
    return chunks;
  }

  Capture capture() {
    return capture;
  }

  /** Sets what sees the packets; null: nothing does. */
  public void capture(final Capture next) {
    capture = next;
  }

  /** Adds a machine. */
  public Machine machine(final String name, final List<InetAddress> addresses) {
    final Set<InetAddress> distinct = new HashSet<>();
    for (final InetAddress address : addresses) {
      if (byAddress.containsKey(address)) {
        throw new IllegalArgumentException(
            "host "
                + name
                + ": address "
                + address
                + " is that of host "
                + byAddress.get(address).name());
      }
      if (!distinct.add(address)) {
        throw new IllegalArgumentException("host " + name + " has address " + address + " twice");
      }
    }
    final Machine made = new Machine(this, name, machines.size(), addresses);
    addresses.forEach(address -> byAddress.put(address, made));
    machines.add(made);
    return made;
  }

  /** Whether a machine has that address. */
  public boolean isTaken(final InetAddress address) {
    return byAddress.containsKey(address);
  }

  /** All machines, in the order in which they were made. */
  public List<Machine> machines() {
    return machines;
  }

  /** The machine of an address that is not a loopback address, or null. */
  Machine at(final InetAddress address) {
    return byAddress.get(address);
  }

  /** The way from one machine to another; both may be the same. */
  public NetPath path(final Machine from, final Machine to) {
    final long key = (long) from.number() << MACHINE_BITS | to.number();
    final NetPath known = paths.get(key);
    if (known != null) {
      return known;
    }
    final boolean loopback = from == to;
    final long nanos = loopback ? LOOPBACK_NANOS : DEFAULT_NANOS;
    final NetPath made =
        new NetPath(
            this, from, to, (choices, entity) -> nanos, loopback ? LOOPBACK_MTU : ETHERNET_MTU);
    paths.put(key, made);
    return made;
  }

  /** From now on packets are lost only where a machine is down. */
  public void calm() {
    paths.values().forEach(NetPath::calm);
  }

  /** What a choice was drawn for, in words, as far as it is known. */
  public String nameOf(final long entity) {
    for (final Machine machine : machines) {
      final String found = machine.nameOf(entity);
      if (found != null) {
        return found;
      }
    }
    return Long.toHexString(entity);
  }

  /** How many packets were sent. */
  public long packets() {
    return paths.values().stream().mapToLong(NetPath::packets).sum();
  }

  /** How many of them vanished. */
  public long lost() {
    return paths.values().stream().mapToLong(NetPath::lost).sum();
  }
}
