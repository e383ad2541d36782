package org.jevent.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/**
 * A non-blocking, close-on-exec socket (or pipe end) of the kind that suits its base: a raw
 * descriptor on native methods, an NIO channel on {@code nio}. Programs written with it run on
 * every method. Addresses are {@link InetSocketAddress} (IPv4, IPv6 with scope) and {@link
 * UnixDomainSocketAddress}. {@link Sockets}, which a base has, makes them; a class of a program
 * cannot be one.
 *
 * <p>Errors are {@link org.jevent.error.ErrnoException}s. One thread at a time may use a socket;
 * reading and writing by two threads at once is not allowed. The owner closes it; closing a socket
 * that events still watch is allowed once the events have been deleted. A socket that was not
 * closed is closed when the garbage collector finds it. Keep a reference as long as its descriptor
 * or channel is used.
 */
public abstract class NetSocket implements Handle, AutoCloseable {
  /** {@link #read} or {@link #write} would have to wait. */
  public static final int WOULD_BLOCK = 0;

  /** The stream has ended. */
  public static final int END = -1;

  /** A backlog that lets the library choose. */
  public static final int DEFAULT_BACKLOG = -1;

  /** For the engines. */
  protected NetSocket() {}

  /**
   * Binds it to a local address. On {@code nio} a listener is bound when it listens, and what is
   * wrong with the address is reported then.
   *
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public abstract void bind(SocketAddress address);

  /**
   * Lets connections come; {@code backlog} below 0 lets the library choose how many may wait. On
   * {@code nio} only sockets of {@link Sockets#listener} can, and a second call changes nothing.
   */
  public abstract void listen(int backlog);

  /**
   * Starts to connect; true when connected at once. A datagram socket is connected always, and may
   * be connected to another peer later. On {@code nio} a connect that fails closes the socket.
   *
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public abstract boolean connect(SocketAddress address);

  /**
   * After the socket has become writable: true when connected, false when the connect still goes
   * on; throws when it has failed.
   */
  public abstract boolean finishConnect();

  /** A connection that was waiting, or null. */
  public abstract NetSocket accept();

  /**
   * Reads into the buffer's remaining room: the number of bytes, {@link #END} or {@link
   * #WOULD_BLOCK}.
   *
   * @throws IllegalArgumentException if the buffer is read-only
   */
  public abstract int read(ByteBuffer target);

  /** Writes the buffer's remaining bytes, as many as go: their number or {@link #WOULD_BLOCK}. */
  public abstract int write(ByteBuffer source);

  /**
   * Receives one datagram: its sender, or null when there is none yet. What does not fit into the
   * buffer is lost. A Unix domain socket that is bound to no path sends with an empty one.
   *
   * @throws IllegalArgumentException if the buffer is read-only
   */
  public abstract SocketAddress receive(ByteBuffer target);

  /**
   * Sends one datagram: true, or false when it would have to wait.
   *
   * @param to null: whom the socket is connected to; on {@code nio} a connected socket sends to its
   *     peer only
   * @throws IllegalArgumentException if the address is unresolved or of an unknown kind
   */
  public abstract boolean send(ByteBuffer source, SocketAddress to);

  /** Ends the stream in this direction: the peer reads the end after all that was written. */
  public abstract void shutdownOutput();

  /** Reads no more. */
  public abstract void shutdownInput();

  /** The address it is bound to, the wildcard and port 0 when it is not, null for a pipe. */
  public abstract SocketAddress localAddress();

  /** The peer's address, or null when not connected. */
  public abstract SocketAddress remoteAddress();

  /**
   * Sets an option.
   *
   * @param value as {@link NetOption} says, or 0 and 1 for a flag
   * @throws UnsupportedOperationException where the platform or the method has no such option
   */
  public abstract void set(NetOption option, int value);

  /**
   * An option's value; flags are 0 or 1.
   *
   * @throws UnsupportedOperationException where the platform or the method has no such option
   */
  public abstract int get(NetOption option);

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
  public abstract void configureBlocking(boolean block);

  /**
   * Whether its operations wait.
   *
   * @throws UnsupportedOperationException on Windows, where a socket cannot be asked
   */
  public abstract boolean isBlocking();

  public abstract boolean isOpen();

  /** Closes it. A second call does nothing. */
  @Override
  public abstract void close();
}
