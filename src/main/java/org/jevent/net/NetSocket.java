package org.jevent.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.EventBase;
import org.jevent.Handle;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.access.SocketAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineOption;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.SocketProvider;
import org.jevent.internal.engine.SocketProvider.Kind;
import org.jevent.internal.engine.StackReserve;

/**
 * A non-blocking, close-on-exec socket (or pipe end) of the kind that suits its base: a raw
 * descriptor on native methods, an NIO channel on {@code nio}. Programs written with it run on
 * every method. Addresses are {@link InetSocketAddress} (IPv4, IPv6 with scope) and {@link
 * UnixDomainSocketAddress}.
 *
 * <p>Errors are {@link org.jevent.error.ErrnoException}s. One thread at a time may use a socket;
 * reading and writing by two threads at once is not allowed. The owner closes it; closing a socket
 * that events still watch is allowed once the events have been deleted. A socket that was not
 * closed is closed when the garbage collector finds it. Keep a reference as long as its descriptor
 * or channel is used.
 */
public final class NetSocket implements Handle, AutoCloseable {
  /** {@link #read} or {@link #write} would have to wait. */
  public static final int WOULD_BLOCK = EngineSocket.WOULD_BLOCK;

  /** The stream has ended. */
  public static final int END = EngineSocket.END;

  /** A backlog that lets the library choose. */
  public static final int DEFAULT_BACKLOG = -1;

  private static final int CHOSEN_BACKLOG = 1024;

  static {
    SocketAccess.set(new Access());
  }

  private final EngineSocket socket;

  /** The stream, listener or datagram event that has it, or null. */
  private Object user;

  private NetSocket(final EngineSocket socket) {
    this.socket = socket;
  }

  /** A stream socket that is not connected yet, of {@code address}'s family. */
  public static NetSocket stream(final EventBase base, final SocketAddress address) {
    return open(base, address, Kind.STREAM);
  }

  /**
   * A stream socket whose connect has been started; it becomes writable when {@link #finishConnect}
   * reports the outcome.
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

  /**
   * A datagram socket bound to {@code address}.
   *
   * @throws UnsupportedOperationException for a path on the method {@code nio}
   */
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
   * Takes over a raw descriptor, such as a socket that the program was started with, makes it
   * non-blocking, and closes it when it is closed. The mode is that of all who share the open file.
   * A terminal is shared with the shell and with {@link System#out}, so its mode is kept. {@link
   * #read} and {@link #write} may wait unless an event has reported readiness; buffer events never
   * do.
   *
   * <p>Pipes, devices and files can be adopted, too: a {@code BufferEvent} reads and writes each of
   * them on every native method. A file is always ready, so its bytes come as fast as the loop
   * turns, and reading them may wait for the disk. To send one, {@code EventBuffer.addFile} and
   * {@code FileSegment} cost less.
   *
   * @param descriptor 0 or more
   * @throws org.jevent.error.ErrnoException if it is not open: then nothing is taken over
   * @throws UnsupportedOperationException on the method {@code nio}
   */
  public static NetSocket adopt(final EventBase base, final int descriptor) {
    return new NetSocket(provider(base).adopt(Arguments.atLeast("descriptor", descriptor, 0)));
  }

  /**
   * The process's standard input, whatever it is: a terminal, a pipe, a socket, a file, {@code
   * /dev/null}. Closing the socket leaves standard input itself open. Its mode is not changed,
   * since the shell and the other programs of a terminal share it. Neither buffer events nor {@link
   * #read} wait even so. What cannot be read, such as a directory, is an ERROR of the buffer event.
   *
   * <p>On the method {@code nio} and on Windows standard input cannot be watched. There a daemon
   * thread reads {@code System.in} and passes it on through a pipe, which bounds what it takes in
   * advance. It ends with the input, with an error of it, or with the first bytes that come after
   * the socket was closed, which are lost. Call this once in a process there.
   *
   * <p>Whether an event can watch a file depends on the method ({@code FEATURE_FDS}); a buffer
   * event can be used with each. A JVM that is started without standard input ({@code <&-}) finds a
   * separate file: start it with {@code </dev/null}.
   *
   * @throws org.jevent.error.ErrnoException if there is no descriptor left, or no standard input
   */
  public static NetSocket standardInput(final EventBase base) {
    try {
      return new NetSocket(provider(base).standardInput());
    } catch (final UnsupportedOperationException e) {
      return Pump.standardInput(base, pipe(base));
    }
  }

  /**
   * Starts a process whose standard streams are sockets of a base, as far as the builder has them
   * as pipes, which is the default.
   *
   * @param builder is left as it is
   * @throws IOException if the process cannot be started
   */
  public static ProcessSockets ofProcess(final EventBase base, final ProcessBuilder builder)
      throws IOException {
    requireOpen(base);
    return ProcessSockets.start(base, builder);
  }

  static NetSocket of(final EngineSocket socket) {
    return new NetSocket(socket);
  }

  private static NetSocket open(
      final EventBase base, final SocketAddress address, final Kind kind) {
    return new NetSocket(provider(base).open(AddressChecks.family(address), kind));
  }

  private static SocketProvider provider(final EventBase base) {
    StackReserve.medium();
    requireOpen(base);
    return BaseAccess.loop(base).engine().sockets();
  }

  private static void requireOpen(final EventBase base) {
    Objects.requireNonNull(base, "base");
    if (base.isClosed()) {
      throw new IllegalStateException("open a socket: the base is closed");
    }
  }

  private static NetSocket[] wrap(final EngineSocket[] sockets) {
    return new NetSocket[] {new NetSocket(sockets[0]), new NetSocket(sockets[1])};
  }

  /**
   * {@code next} reads, writes or accepts with it from now on.
   *
   * @throws IllegalStateException if something else does
   */
  synchronized void claim(final Object next) {
    Objects.requireNonNull(next, "next");
    if (user != null && user != next) {
      throw new IllegalStateException("use " + this + ": it belongs to a " + user + " already");
    }
    user = next;
  }

  /** {@code former} no longer has the socket. */
  synchronized void unclaim(final Object former) {
    if (user == Objects.requireNonNull(former, "former")) {
      user = null;
    }
  }

  /** Leaves the closing to the engine that it is attached to. */
  void detachDescriptor() {
    socket.detachDescriptor();
  }

  @Override
  public int descriptor() {
    return socket.descriptor();
  }

  @Override
  public SelectableChannel channel() {
    return socket.channel();
  }

  /** What the library's other packages may do with a socket. */
  private static final class Access extends SocketAccess {
    @Override
    protected boolean isOpen(final Object handle) {
      return handle instanceof NetSocket socket && socket.isOpen();
    }

    @Override
    public void claim(final Object socket, final Object user) {
      ((NetSocket) socket).claim(user);
    }

    @Override
    public void unclaim(final Object socket, final Object user) {
      ((NetSocket) socket).unclaim(user);
    }

    @Override
    public void detachDescriptor(final Object socket) {
      ((NetSocket) socket).detachDescriptor();
    }
  }

  /**
   * Binds it to a local address. On {@code nio} a listener is bound when it listens, and what is
   * wrong with the address is reported then.
   *
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public void bind(final SocketAddress address) {
    AddressChecks.family(address);
    socket.bind(address);
  }

  /**
   * Lets connections come; {@code backlog} below 0 lets the library choose how many may wait. On
   * {@code nio} only sockets of {@link #listener} can, and a second call changes nothing.
   */
  public void listen(final int backlog) {
    socket.listen(backlog < 0 ? CHOSEN_BACKLOG : backlog);
  }

  /**
   * Starts to connect; true when connected at once. A datagram socket is connected always, and may
   * be connected to another peer later. On {@code nio} a connect that fails closes the socket.
   *
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public boolean connect(final SocketAddress address) {
    AddressChecks.family(address);
    return socket.connect(address);
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
   *
   * @throws IllegalArgumentException if the buffer is read-only
   */
  public int read(final ByteBuffer target) {
    return socket.read(requireWritable(target));
  }

  /** Writes the buffer's remaining bytes, as many as go: their number or {@link #WOULD_BLOCK}. */
  public int write(final ByteBuffer source) {
    return socket.write(Objects.requireNonNull(source, "source"));
  }

  /**
   * Receives one datagram: its sender, or null when there is none yet. What does not fit into the
   * buffer is lost. A Unix domain socket that is bound to no path sends with an empty one.
   *
   * @throws IllegalArgumentException if the buffer is read-only
   */
  public SocketAddress receive(final ByteBuffer target) {
    return socket.receiveFrom(requireWritable(target));
  }

  /** Refuses a read-only buffer before the call, as received bytes would be lost otherwise. */
  private static ByteBuffer requireWritable(final ByteBuffer target) {
    if (Objects.requireNonNull(target, "target").isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    return target;
  }

  /**
   * Sends one datagram: true, or false when it would have to wait.
   *
   * @param to null: whom the socket is connected to; on {@code nio} a connected socket sends to its
   *     peer only
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public boolean send(final ByteBuffer source, final SocketAddress to) {
    if (to != null) {
      AddressChecks.family(to);
    }
    return socket.sendTo(Objects.requireNonNull(source, "source"), to);
  }

  /** Ends the stream in this direction: the peer reads the end after all that was written. */
  public void shutdownOutput() {
    socket.shutdown(org.jevent.internal.engine.Engine.SHUT_WRITE);
  }

  /** Reads no more. */
  public void shutdownInput() {
    socket.shutdown(org.jevent.internal.engine.Engine.SHUT_READ);
  }

  /** The address it is bound to, the wildcard and port 0 when it is not, null for a pipe. */
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
   * @param value as {@link NetOption} says, or 0 and 1 for a flag
   * @throws UnsupportedOperationException where the platform or the method has no such option
   */
  public void set(final NetOption option, final int value) {
    Objects.requireNonNull(option, "option").requireValid(value);
    socket.set(option.engine(), value);
  }

  /** An option's value; flags are 0 or 1. */
  public int get(final NetOption option) {
    return socket.get(Objects.requireNonNull(option, "option").engine());
  }

  /**
   * Makes its operations wait, or not; {@code evutil_make_socket_nonblocking}. Watched descriptors
   * must not block. This method is for descriptors from elsewhere, and for sockets that go to
   * blocking code. The mode belongs to the open file: every process with a duplicate of it, as a
   * shell has of standard input, sees the change.
   *
   * @param block false: {@link #read}, {@link #write} and the others answer that they would have to
   *     wait
   * @throws IllegalStateException if it is a channel that is being watched
   */
  public void configureBlocking(final boolean block) {
    socket.set(EngineOption.NONBLOCKING, block ? 0 : 1);
  }

  /**
   * Whether its operations wait.
   *
   * @throws UnsupportedOperationException on Windows, where a socket cannot be asked
   */
  public boolean isBlocking() {
    return socket.get(EngineOption.NONBLOCKING) == 0;
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
