package org.jevent.sim.kernel;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayDeque;
import org.jevent.error.Errno;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;

/** A socket of UDP, or of Unix domain datagrams. */
public final class DatagramSocket extends OpenFile {
  private static final int MAX_INET = 65_507;
  private static final int MAX_INET6 = 65_527;
  private static final int HEADERS = 28;
  private static final int EVENT = 32;

  /** A datagram that has arrived. Its bytes belong to who receives it. */
  @SuppressWarnings("ArrayRecordComponent") // it is not compared
  public record Datagram(SocketAddress from, byte[] bytes) {}

  private final ArrayDeque<Datagram> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private SocketAddress remote;
  private boolean closed;

  DatagramSocket(final Machine machine, final Entity entity, final SocketOptions options) {
    super(machine, entity, options);
  }

  /** Whom it is connected to, or null. */
  public SocketAddress remote() {
    return remote;
  }

  @Override
  public int bind(final SocketAddress address) {
    return local() != null ? Result.of(Errno.EINVAL) : machine.bind(this, address);
  }

  /** Sends to that peer from now on, and receives from it alone. */
  public int connect(final SocketAddress address) {
    final int fits = Machine.fits(options(), address);
    if (fits < 0) {
      return fits;
    }
    if (address instanceof InetSocketAddress internet) {
      final InetSocketAddress peer = Machine.target(internet);
      if (machine.reach(peer.getAddress()) == null) {
        return Result.of(Errno.ENETUNREACH);
      }
      final int bound = bindIfNeeded();
      if (bound < 0) {
        return bound;
      }
      remote = peer;
      return 0;
    }
    if (machine.receiver((UnixDomainSocketAddress) address) == null) {
      return Result.of(Errno.ENOENT);
    }
    remote = address;
    return 0;
  }

  private int bindIfNeeded() {
    return local() != null
        ? 0
        : bind(new InetSocketAddress(Machine.any(options().family() == AddressFamily.INET), 0));
  }

  boolean takesFrom(final InetSocketAddress peer) {
    return remote == null || remote.equals(peer);
  }

  @Override
  public int readiness() {
    return (waiting.isEmpty() && !hasError() ? 0 : READ) | WRITE;
  }

  /** How many bytes the next datagram has. */
  @Override
  public int available() {
    return waiting.isEmpty() ? 0 : waiting.peek().bytes().length;
  }

  /** The next datagram, or null: then there may be an error. */
  public Datagram receive() {
    if (hasError()) {
      return null;
    }
    final Datagram next = waiting.poll();
    if (next != null) {
      waitingBytes -= next.bytes().length;
    }
    return next;
  }

  /** Sends: how many bytes, or an error. {@code to} null: to the connected peer. */
  public int send(final byte[] bytes, final SocketAddress to) {
    if (hasError()) {
      return Result.of(takeError());
    }
    final SocketAddress target = to == null ? remote : to;
    if (target == null) {
      return Result.of(Errno.EDESTADDRREQ);
    }
    final int fits = Machine.fits(options(), target);
    if (fits < 0) {
      return fits;
    }
    if (network.draws().happens(Site.ENOBUFS, entity)) {
      return Result.of(Errno.ENOBUFS);
    }
    return target instanceof UnixDomainSocketAddress path
        ? sendLocally(bytes, path)
        : sendOver(Machine.target((InetSocketAddress) target), bytes);
  }

  private int sendLocally(final byte[] bytes, final UnixDomainSocketAddress path) {
    final DatagramSocket receiver = machine.receiver(path);
    if (receiver == null) {
      return Result.of(Errno.ENOENT);
    }
    if (!receiver.hasRoom(bytes.length)) {
      return Result.WOULD_WAIT;
    }
    receiver.arrived(
        new Datagram(local() != null ? local() : UnixDomainSocketAddress.of(""), bytes));
    return bytes.length;
  }

  private int sendOver(final InetSocketAddress target, final byte[] bytes) {
    if (target.getPort() == 0) {
      return Result.of(Errno.EINVAL);
    }
    if (bytes.length > (Machine.isInet(target.getAddress()) ? MAX_INET : MAX_INET6)) {
      return Result.of(Errno.EMSGSIZE);
    }
    final Machine receiver = machine.reach(target.getAddress());
    if (receiver == null) {
      return Result.of(Errno.ENETUNREACH);
    }
    final int bound = bindIfNeeded();
    if (bound < 0) {
      return bound;
    }
    final InetSocketAddress from = machine.sourceOf(this, target.getAddress());
    if (from == null) {
      return Result.of(Errno.ENETUNREACH);
    }
    final NetPath path = network.path(machine, receiver);
    depart(path, receiver, from, target, bytes);
    if (path.doubles(entity)) {
      depart(path, receiver, from, target, bytes);
    }
    return bytes.length;
  }

  private void depart(
      final NetPath path,
      final Machine receiver,
      final InetSocketAddress from,
      final InetSocketAddress target,
      final byte[] bytes) {
    final long time = path.carry(bytes.length + HEADERS, Site.DATAGRAM_LOST, entity);
    if (network.capture() != null) {
      network
          .capture()
          .datagram(machine, from, target, bytes, time == NetPath.LOST ? "lost" : null);
    }
    if (time == NetPath.LOST) {
      return;
    }
    final Travelling travelling = new Travelling(this, path, receiver, from, target, bytes);
    if (time == NetPath.HELD) {
      path.hold(travelling);
    } else if (receiver == machine && path.isPlain()) {
      travelling.happen(); // as the kernel's loopback does it, within the call
    } else {
      network.time().schedule(travelling, time + path.lateness(entity));
    }
  }

  /** A datagram on its way. */
  private static final class Travelling extends Timeline.Entry implements NetPath.Held {
    private final DatagramSocket sender;
    private final NetPath path;
    private final Machine receiver;
    private final InetSocketAddress from;
    private final InetSocketAddress target;
    private final byte[] bytes;

    Travelling(
        final DatagramSocket sender,
        final NetPath path,
        final Machine receiver,
        final InetSocketAddress from,
        final InetSocketAddress target,
        final byte[] bytes) {
      this.sender = sender;
      this.path = path;
      this.receiver = receiver;
      this.from = from;
      this.target = target;
      this.bytes = bytes;
    }

    @Override
    protected void happen() {
      sender.network.trace().event(EVENT, sender.entity.id(), bytes.length);
      if (!receiver.isUp()) {
        return;
      }
      final DatagramSocket found = receiver.receiver(target, from);
      if (found == null) {
        unreachable();
      } else if (found.hasRoom(bytes.length)) {
        found.arrived(new Datagram(from, bytes));
      } else {
        sender.network.trace().line(receiver.name(), "drops a datagram: the buffer is full");
      }
    }

    /** A message says that the port is closed. A connected socket learns of it. */
    private void unreachable() {
      final NetPath back = sender.network.path(receiver, sender.machine);
      final long time = back.carry(HEADERS, null, sender.entity);
      if (time == NetPath.LOST || time == NetPath.HELD || sender.remote == null) {
        return;
      }
      if (receiver == sender.machine && back.isPlain()) {
        sender.refused();
        return;
      }
      sender
          .network
          .time()
          .schedule(
              new Timeline.Entry() {
                @Override
                protected void happen() {
                  sender.refused();
                }
              },
              time);
    }

    @Override
    public void released() {
      final long time = path.carryOn(bytes.length + HEADERS, null, sender.entity);
      if (time == NetPath.HELD) {
        path.hold(this);
      } else if (time != NetPath.LOST) {
        sender.network.time().schedule(this, time + path.lateness(sender.entity));
      }
    }
  }

  private void refused() {
    if (!closed && isAlive()) {
      error(Errno.ECONNREFUSED);
      changed();
    }
  }

  private boolean hasRoom(final int bytes) {
    return waitingBytes + bytes <= options().receiveBuffer() || waiting.isEmpty();
  }

  private void arrived(final Datagram datagram) {
    waiting.add(datagram);
    waitingBytes += datagram.bytes().length;
    changed();
  }

  @Override
  void close() {
    closed = true;
    waiting.clear();
    machine.unbind(this);
  }

  @Override
  public String toString() {
    return "UDP " + machine.name() + " " + local();
  }
}
