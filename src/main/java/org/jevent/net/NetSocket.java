package org.jevent.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.Handle;
import org.jevent.engine.EngineOption;
import org.jevent.engine.EngineSocket;
import org.jevent.engine.SocketProvider;
import org.jevent.engine.SocketProvider.Family;
import org.jevent.engine.SocketProvider.Kind;
import org.jevent.engine.StackReserve;

/**
 * A non-blocking, close-on-exec socket (or pipe end) of the kind that its base works with best: a
 * raw descriptor on native methods, an NIO channel on {@code nio}. Programs written with it run on
 * every method. Addresses are {@link InetSocketAddress} (IPv4, IPv6 with scope) and {@link
 * UnixDomainSocketAddress}.
 *
 * <p>Errors are {@link org.jevent.error.ErrnoException}s. One thread at a time may use a socket;
 * reading and writing by two threads at once is not allowed. The owner closes it; closing a socket
 * that events still watch is allowed once the events have been deleted.
 */
public final class NetSocket implements Handle, AutoCloseable {
  /** {@link #read} or {@link #write} would have to wait. */
  public static final int WOULD_BLOCK = EngineSocket.WOULD_BLOCK;

  /** The stream has ended. */
  public static final int END = EngineSocket.END;

  /** A backlog that lets the library choose. */
  public static final int DEFAULT_BACKLOG = -1;

  private static final int CHOSEN_BACKLOG = 1024;

  private final EngineSocket socket;

  private NetSocket(final EngineSocket socket) {
    this.socket = socket;
  }

  /** A stream socket that is not connected yet, of {@code address}'s family. */
  public static NetSocket stream(final EventBase base, final SocketAddress address) {
    return open(base, address, Kind.STREAM);
  }

  /**
   * A stream socket whose connect has been started; it becomes writable when {@link #finishConnect}
   * can tell the outcome.
   */
  public static NetSocket connect(final EventBase base, final SocketAddress address) {
    final NetSocket made = stream(base, address);
    try {
      made.connect(address);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /**
   * A listening socket, bound with {@code SO_REUSEADDR}.
   *
   * @param address port 0 lets the system choose; see {@link #localAddress}
   * @param backlog {@link #DEFAULT_BACKLOG} or how many connections may wait to be accepted
   */
  public static NetSocket listen(
      final EventBase base, final SocketAddress address, final int backlog) {
    final NetSocket made = listener(base, address);
    try {
      if (address instanceof InetSocketAddress) {
        made.socket.set(EngineOption.REUSE_ADDRESS, 1);
      }
      made.bind(address);
      made.listen(backlog);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** A socket that is to listen, neither bound nor listening yet. */
  public static NetSocket listener(final EventBase base, final SocketAddress address) {
    return open(base, address, Kind.LISTENER);
  }

  /** A datagram socket bound to {@code address}. */
  public static NetSocket datagram(final EventBase base, final SocketAddress address) {
    final NetSocket made = open(base, address, Kind.DATAGRAM);
    try {
      made.socket.bind(address);
      return made;
    } catch (final RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Two connected stream sockets; {@code evutil_socketpair}. */
  public static NetSocket[] pair(final EventBase base) {
    return wrap(provider(base).pair());
  }

  /** A pipe: the end to read from, the end to write to. */
  public static NetSocket[] pipe(final EventBase base) {
    return wrap(provider(base).pipe());
  }

  /**
   * Takes over a raw descriptor, which must be non-blocking.
   *
   * @throws UnsupportedOperationException on the method {@code nio}
   */
  public static NetSocket adopt(final EventBase base, final int descriptor) {
    return new NetSocket(provider(base).adopt(descriptor));
  }

  static NetSocket of(final EngineSocket socket) {
    return new NetSocket(socket);
  }

  private static NetSocket open(
      final EventBase base, final SocketAddress address, final Kind kind) {
    return new NetSocket(provider(base).open(family(address), kind));
  }

  private static SocketProvider provider(final EventBase base) {
    StackReserve.medium();
    if (base.isClosed()) {
      throw new IllegalStateException("open a socket: the base is closed");
    }
    return base.backstage().engine().sockets();
  }

  private static NetSocket[] wrap(final EngineSocket[] sockets) {
    return new NetSocket[] {new NetSocket(sockets[0]), new NetSocket(sockets[1])};
  }

  private static Family family(final SocketAddress address) {
    Objects.requireNonNull(address, "address");
    if (address instanceof UnixDomainSocketAddress) {
      return Family.UNIX;
    }
    if (address instanceof InetSocketAddress internet) {
      final InetAddress ip = internet.getAddress();
      if (ip == null) {
        throw new IllegalArgumentException("unresolved address " + internet);
      }
      return ip.getAddress().length == 4 ? Family.INET : Family.INET6;
    }
    throw new IllegalArgumentException("address of unknown kind: " + address);
  }

  /** For the library's own packages: the engine that it is attached to will close it. */
  public void surrender() {
    socket.surrender();
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public SelectableChannel channel() {
    return socket.channel();
  }

  /** As long as it is open. */
  @Override
  public boolean ownsDescriptor() {
    return socket.isOpen();
  }

  /** Binds it to a local address. */
  public void bind(final SocketAddress address) {
    socket.bind(Objects.requireNonNull(address, "address"));
  }

  /** Lets connections come; {@code backlog} below 0 lets the library choose how many may wait. */
  public void listen(final int backlog) {
    socket.listen(backlog < 0 ? CHOSEN_BACKLOG : backlog);
  }

  /** Starts to connect; true when connected at once. */
  public boolean connect(final SocketAddress address) {
    return socket.connect(Objects.requireNonNull(address, "address"));
  }

  /**
   * After the socket has become writable: true when connected, false when the connect still goes
   * on; throws when it has failed.
   */
  public boolean finishConnect() {
    return socket.finishConnect();
  }

  /** A connection that was waiting, or null. */
  public NetSocket accept() {
    StackReserve.medium();
    final EngineSocket accepted = socket.accept();
    return accepted == null ? null : new NetSocket(accepted);
  }

  /**
   * Reads into the buffer's remaining room: the number of bytes, {@link #END} or {@link
   * #WOULD_BLOCK}.
   */
  public int read(final ByteBuffer target) {
    return socket.read(Objects.requireNonNull(target, "target"));
  }

  /** Writes the buffer's remaining bytes, as many as go: their number or {@link #WOULD_BLOCK}. */
  public int write(final ByteBuffer source) {
    return socket.write(Objects.requireNonNull(source, "source"));
  }

  /**
   * Receives one datagram: its sender, or null when there is none yet. What does not fit into the
   * buffer is lost.
   */
  public SocketAddress receive(final ByteBuffer target) {
    return socket.receiveFrom(Objects.requireNonNull(target, "target"));
  }

  /**
   * Sends one datagram: true, or false when it would have to wait.
   *
   * @param to null: whom the socket is connected to
   */
  public boolean send(final ByteBuffer source, final SocketAddress to) {
    return socket.sendTo(Objects.requireNonNull(source, "source"), to);
  }

  /** Ends the stream in this direction: the peer reads the end after all that was written. */
  public void shutdownOutput() {
    socket.shutdown(org.jevent.engine.Engine.SHUT_WRITE);
  }

  /** Reads no more. */
  public void shutdownInput() {
    socket.shutdown(org.jevent.engine.Engine.SHUT_READ);
  }

  /** The address it is bound to, or null. */
  public SocketAddress localAddress() {
    return socket.localAddress();
  }

  /** The peer's address, or null when not connected. */
  public SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  /**
   * Sets an option.
   *
   * @throws UnsupportedOperationException where the platform or the method has no such option
   */
  public void set(final NetOption option, final int value) {
    socket.set(option.engine(), value);
  }

  /** An option's value; flags are 0 or 1. */
  public int get(final NetOption option) {
    return socket.get(option.engine());
  }

  /** Makes its operations wait, or not: for use outside of this library only. */
  void blocking(final boolean on) {
    socket.set(EngineOption.NONBLOCKING, on ? 0 : 1);
  }

  public boolean isOpen() {
    return socket.isOpen();
  }

  /** Closes it. A second call does nothing. */
  @Override
  public void close() {
    StackReserve.medium();
    socket.close();
  }

  @Override
  public String toString() {
    return socket.toString();
  }
}
