package org.jevent.sim.kernel;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.error.Errno;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Site;

/** The kernel of one host: its descriptors, addresses, ports and paths. */
public final class Machine {
  /** 0, 1 and 2 are those that every process is started with. */
  private static final int FIRST_DESCRIPTOR = 3;

  private static final int DEFAULT_DESCRIPTORS = 1 << 20;

  /** As Linux has it: one byte of 108 is the end. */
  private static final int MAX_PATH = 107;

  private static final int INET_BYTES = 4;
  private static final int INET6_BYTES = 16;

  private final Network network;
  private final String name;
  private final int number;
  private final Entity entity;
  private final List<InetAddress> addresses;
  private final Ports<StreamSocket> tcp;
  private final Ports<DatagramSocket> udp;
  private final Map<String, OpenFile> paths = new HashMap<>();
  private final Set<StreamSocket> connections = new LinkedHashSet<>();
  private final BitSet used = new BitSet();
  private OpenFile[] files = new OpenFile[16];
  private int limit = DEFAULT_DESCRIPTORS;
  private int first = FIRST_DESCRIPTOR;
  private long opened;
  private int incarnation;
  private boolean up = true;

  Machine(
      final Network network,
      final String name,
      final int number,
      final List<InetAddress> addresses) {
    this.network = network;
    this.name = name;
    this.number = number;
    this.addresses = List.copyOf(addresses);
    entity = new Entity(Mix.of(name));
    tcp = new Ports<>(network);
    udp = new Ports<>(network);
  }

  public Network network() {
    return network;
  }

  public String name() {
    return name;
  }

  int number() {
    return number;
  }

  /** Whom choices about the machine are drawn for. */
  public Entity entity() {
    return entity;
  }

  /** Its addresses, but for those of loopback. */
  public List<InetAddress> addresses() {
    return addresses;
  }

  /** Whether it has power, and so its kernel runs. */
  public boolean isUp() {
    return up;
  }

  /** How often it was started. */
  int incarnation() {
    return incarnation;
  }

  /** What a choice was drawn for, or null. */
  String nameOf(final long whose) {
    if (whose == entity.id()) {
      return name;
    }
    for (final OpenFile file : files) {
      if (file != null && file.entity().id() == whose) {
        return file.toString();
      }
    }
    return null;
  }

  // ---- descriptors ----

  /** How many descriptors a process may have. */
  public void descriptors(final int most) {
    limit = most;
  }

  /** The lowest number of a descriptor. */
  public void firstDescriptor(final int number) {
    if (!used.isEmpty()) {
      throw new IllegalStateException("host " + name + " has open descriptors");
    }
    first = number;
  }

  /** How many are open. */
  public int openDescriptors() {
    return used.cardinality();
  }

  private boolean hasDescriptor() {
    return used.nextClearBit(0) + FIRST_DESCRIPTOR < limit
        && !network.draws().happens(Site.EMFILE, entity);
  }

  /** The file of a descriptor, or null. */
  public OpenFile file(final int descriptor) {
    final int place = descriptor - first;
    return place >= 0 && place < files.length ? files[place] : null;
  }

  private int enter(final OpenFile file) {
    final int place = used.nextClearBit(0);
    used.set(place);
    if (place >= files.length) {
      files = Arrays.copyOf(files, place * 2);
    }
    files[place] = file;
    return first + place;
  }

  /** Closes a descriptor. */
  public void close(final int descriptor) {
    final OpenFile file = file(descriptor);
    if (file != null) {
      files[descriptor - first] = null;
      used.clear(descriptor - first);
      file.close();
      file.changed();
    }
  }

  private Entity nextEntity() {
    return new Entity(entity, ++opened);
  }

  /** Opens a stream socket: its descriptor, or an error. */
  public int stream(final AddressFamily family) {
    if (!hasDescriptor()) {
      return Result.of(Errno.EMFILE);
    }
    final boolean unix = family == AddressFamily.UNIX;
    final StreamSocket.Type type = unix ? StreamSocket.Type.UNIX : StreamSocket.Type.TCP;
    return enter(new StreamSocket(this, nextEntity(), type, new SocketOptions(family)));
  }

  /** Opens a datagram socket. */
  public int datagram(final AddressFamily family) {
    if (!hasDescriptor()) {
      return Result.of(Errno.EMFILE);
    }
    return enter(new DatagramSocket(this, nextEntity(), new SocketOptions(family)));
  }

  /** Whether a socket of that family can have, or reach, such an address; else the error. */
  static int fits(final SocketOptions socket, final SocketAddress address) {
    final AddressFamily family = socket.family();
    final AddressFamily wanted = AddressFamily.of(address);
    if (wanted == AddressFamily.UNIX || family == AddressFamily.UNIX) {
      final boolean both = wanted == family;
      return both ? 0 : Result.of(family == AddressFamily.UNIX ? Errno.EINVAL : Errno.EAFNOSUPPORT);
    }
    final boolean reaches = wanted == family || family == AddressFamily.INET6;
    return reaches ? 0 : Result.of(Errno.EAFNOSUPPORT);
  }

  private static boolean isTooLong(final UnixDomainSocketAddress path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH;
  }

  /** Makes two ends that are joined; {@code oneWay}: the first is read, the second written. */
  public int pair(final int[] descriptors, final boolean oneWay) {
    if (used.cardinality() + FIRST_DESCRIPTOR + 2 > limit || !hasDescriptor()) {
      return Result.of(Errno.EMFILE);
    }
    final StreamSocket.Type type = oneWay ? StreamSocket.Type.PIPE : StreamSocket.Type.UNIX;
    final StreamSocket one =
        new StreamSocket(this, nextEntity(), type, new SocketOptions(AddressFamily.UNIX));
    final StreamSocket other =
        new StreamSocket(this, nextEntity(), type, new SocketOptions(AddressFamily.UNIX));
    if (oneWay) {
      StreamSocket.joinOneWay(one, other);
    } else {
      StreamSocket.join(one, other, null, null);
      one.established(null, null);
      other.established(null, null);
    }
    descriptors[0] = enter(one);
    descriptors[1] = enter(other);
    return 0;
  }

  /** Takes a connection: its descriptor, or an error. */
  public int accept(final StreamSocket listener) {
    if (!listener.isListening()) {
      return Result.of(Errno.EINVAL);
    }
    if (listener.queue().isEmpty()) {
      return Result.WOULD_WAIT;
    }
    if (!hasDescriptor()) {
      return Result.of(Errno.EMFILE);
    }
    return enter(listener.accept());
  }

  // ---- addresses ----

  static boolean isInet(final InetAddress address) {
    return address instanceof Inet4Address;
  }

  private boolean isOwn(final InetAddress address) {
    return address.isLoopbackAddress() || addresses.contains(address);
  }

  /** The machine that has an address, or null. */
  Machine reach(final InetAddress address) {
    if (address.isAnyLocalAddress() || isOwn(address)) {
      return this;
    }
    return network.at(address);
  }

  /** The address that this machine has towards another one, or null. */
  private InetAddress source(final InetAddress target) {
    if (target.isLoopbackAddress()) {
      return target;
    }
    if (addresses.contains(target)) {
      return target;
    }
    for (final InetAddress own : addresses) {
      if (isInet(own) == isInet(target)) {
        return own;
      }
    }
    return null;
  }

  /** The same address without the name that it was looked up by. */
  private static InetAddress unnamed(final InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  public static InetAddress any(final boolean inet) {
    try {
      return InetAddress.getByAddress(new byte[inet ? INET_BYTES : INET6_BYTES]);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- binding ----

  private <T extends OpenFile> int bind(
      final T socket, final SocketAddress address, final Ports<T> ports) {
    final int fits = fits(socket.options(), address);
    if (fits < 0) {
      return fits;
    }
    if (address instanceof UnixDomainSocketAddress path) {
      return bindPath(socket, path);
    }
    final InetSocketAddress wanted = (InetSocketAddress) address;
    if (!wanted.getAddress().isAnyLocalAddress() && !isOwn(wanted.getAddress())) {
      return Result.of(Errno.EADDRNOTAVAIL);
    }
    final int port = wanted.getPort() == 0 ? ports.ephemeral() : wanted.getPort();
    final InetSocketAddress whole =
        new InetSocketAddress(unnamed(wanted.getAddress()), Math.max(port, 0));
    if (port < 0 || !ports.mayBind(socket, whole)) {
      return Result.of(Errno.EADDRINUSE);
    }
    socket.bound(whole);
    ports.bind(socket, port);
    return 0;
  }

  private int bindPath(final OpenFile socket, final UnixDomainSocketAddress path) {
    if (isTooLong(path)) {
      return Result.of(Errno.ENAMETOOLONG);
    }
    if (paths.putIfAbsent(path.toString(), socket) != null) {
      return Result.of(Errno.EADDRINUSE);
    }
    socket.bound(path);
    return 0;
  }

  /** A socket is closed, which may have been bound. */
  private <T extends OpenFile> void unbind(final T socket, final Ports<T> ports) {
    if (socket.local() instanceof InetSocketAddress bound) {
      ports.unbind(socket, bound.getPort());
    } else if (socket.local() != null) {
      paths.remove(socket.local().toString(), socket);
    }
  }

  // ---- streams ----

  int bind(final StreamSocket socket, final SocketAddress address) {
    return bind(socket, address, tcp);
  }

  /** Binds a socket that listens without an address. */
  int bindAny(final StreamSocket socket) {
    return bind(
        socket, new InetSocketAddress(any(socket.options().family() == AddressFamily.INET), 0));
  }

  /** A bound socket begins to listen. */
  int listens(final StreamSocket socket) {
    final boolean may =
        socket.type() == StreamSocket.Type.UNIX
            || tcp.mayListen(socket, (InetSocketAddress) socket.local());
    return may ? 0 : Result.of(Errno.EADDRINUSE);
  }

  void unbind(final StreamSocket socket) {
    unbind(socket, tcp);
  }

  /** Begins to connect. */
  int connect(final StreamSocket socket, final SocketAddress address) {
    final int fits = fits(socket.options(), address);
    if (fits < 0) {
      return fits;
    }
    if (address instanceof UnixDomainSocketAddress) {
      return connectPath(socket, address);
    }
    final InetSocketAddress to = target((InetSocketAddress) address);
    final boolean bound = socket.local() != null;
    final InetAddress own = bound ? source(socket, to.getAddress()) : source(to.getAddress());
    final Machine server = reach(to.getAddress());
    if (server == null || own == null) {
      return Result.of(Errno.ENETUNREACH);
    }
    if (own.isLoopbackAddress() && server != this) {
      return Result.of(Errno.EINVAL);
    }
    final int port = bound ? ((InetSocketAddress) socket.local()).getPort() : tcp.ephemeral();
    if (port < 0) {
      return Result.of(Errno.EADDRNOTAVAIL);
    }
    if (network.path(this, server).cut() == NetPath.Cut.REJECT) {
      return Result.of(Errno.EHOSTUNREACH);
    }
    final Handshake handshake = new Handshake(socket, server, new InetSocketAddress(own, port), to);
    socket.connecting(handshake, to);
    if (!bound) {
      socket.bound(new InetSocketAddress(own, port));
      tcp.bind(socket, port);
    }
    handshake.begin();
    return Result.of(Errno.EINPROGRESS);
  }

  /** Where something goes that is sent to an address: that of no host means this one. */
  static InetSocketAddress target(final InetSocketAddress asked) {
    return asked.getAddress().isAnyLocalAddress()
        ? new InetSocketAddress(loopback(isInet(asked.getAddress())), asked.getPort())
        : asked;
  }

  private static InetAddress loopback(final boolean inet) {
    final byte[] bytes = new byte[inet ? INET_BYTES : INET6_BYTES];
    bytes[bytes.length - 1] = 1;
    if (inet) {
      bytes[0] = 127;
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private int connectPath(final StreamSocket socket, final SocketAddress address) {
    if (isTooLong((UnixDomainSocketAddress) address)) {
      return Result.of(Errno.ENAMETOOLONG);
    }
    final OpenFile found = paths.get(address.toString());
    if (found == null) {
      return Result.of(Errno.ENOENT);
    }
    if (!(found instanceof StreamSocket listener) || !listener.isListening()) {
      return Result.of(found instanceof StreamSocket ? Errno.ECONNREFUSED : Errno.EPROTOTYPE);
    }
    if (listener.queue().isFull()) {
      return Result.WOULD_WAIT;
    }
    final StreamSocket accepted = accepted(listener, socket.entity());
    StreamSocket.join(socket, accepted, null, null);
    accepted.established(
        address, socket.local() != null ? socket.local() : UnixDomainSocketAddress.of(""));
    socket.established(null, address);
    listener.queue().reserve(accepted);
    listener.queue().complete(accepted);
    return 0;
  }

  /** The server's end of a new connection, which has no descriptor yet. */
  StreamSocket accepted(final StreamSocket listener, final Entity client) {
    return new StreamSocket(
        this, new Entity(client, 1), listener.type(), new SocketOptions(listener.options()));
  }

  /** Who listens at an address; null: no socket does. One of several is drawn for the client. */
  StreamSocket listener(final InetSocketAddress address, final Entity client) {
    final List<StreamSocket> found = new ArrayList<>(1);
    for (final StreamSocket candidate : tcp.at(address)) {
      if (candidate.isListening()) {
        found.add(candidate);
      }
    }
    if (found.isEmpty()) {
      return null;
    }
    return found.get(Mix.below(Mix.of(client.id()), found.size()));
  }

  void connectionBegins(final StreamSocket socket) {
    if (socket.type() != StreamSocket.Type.PIPE) {
      connections.add(socket);
    }
    if (socket.local() instanceof InetSocketAddress own) {
      tcp.connectionBegins(socket.options(), own.getPort());
      tcp.unbind(socket, own.getPort());
    }
  }

  /** A connection is over; {@code waits}: this side may have to keep its port for a while. */
  void connectionEnds(final StreamSocket socket, final boolean waits) {
    if (connections.remove(socket) && socket.local() instanceof InetSocketAddress own) {
      tcp.connectionEnds(socket.options(), own.getPort(), waits);
    }
  }

  // ---- datagrams ----

  int bind(final DatagramSocket socket, final SocketAddress address) {
    return bind(socket, address, udp);
  }

  void unbind(final DatagramSocket socket) {
    unbind(socket, udp);
  }

  /** The address that a datagram from here to there has as its source. */
  InetSocketAddress sourceOf(final DatagramSocket socket, final InetAddress target) {
    final InetSocketAddress bound = (InetSocketAddress) socket.local();
    final InetAddress own = source(socket, target);
    return own == null ? null : new InetSocketAddress(own, bound.getPort());
  }

  /** The same without the port, of a socket that is bound. */
  private InetAddress source(final OpenFile socket, final InetAddress target) {
    final InetAddress bound = socket.localAddress();
    if (bound.isAnyLocalAddress()) {
      return source(target);
    }
    return isInet(bound) == isInet(target) ? bound : null;
  }

  /** Who receives what is sent to an address, or null. */
  DatagramSocket receiver(final InetSocketAddress address, final InetSocketAddress from) {
    DatagramSocket best = null;
    for (final DatagramSocket candidate : udp.at(address)) {
      if (candidate.takesFrom(from) && (best == null || candidate.remote() != null)) {
        best = candidate;
      }
    }
    return best;
  }

  /** Who is bound to a path, or null. */
  DatagramSocket receiver(final UnixDomainSocketAddress path) {
    return paths.get(path.toString()) instanceof DatagramSocket found ? found : null;
  }

  // ---- the end ----

  /** All descriptors are closed, as when a process ends. */
  public void endProcess() {
    for (int i = files.length - 1; i >= 0; i--) {
      close(first + i);
    }
  }

  /** It stops without a word to anybody. */
  public void losePower() {
    final List<StreamSocket> lost = List.copyOf(connections);
    incarnation++;
    up = false;
    connections.clear();
    Arrays.fill(files, null);
    used.clear();
    tcp.clear();
    udp.clear();
    paths.clear();
    for (final StreamSocket end : lost) {
      end.powerLost();
    }
  }

  /** It has power, as it may have had before. */
  public void start() {
    up = true;
  }
}
