package org.jevent.internal.engine;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;

/**
 * One non-blocking socket or pipe end, as an engine makes it. Failures are {@link
 * org.jevent.error.ErrnoException}s. Any thread may call it, but not two at once.
 */
public interface EngineSocket extends AutoCloseable {
  /** An operation would have to wait. */
  int WOULD_BLOCK = 0;

  /** The stream has ended. */
  int END = -1;

  /** The descriptor, or -1 when it is a channel. */
  int descriptor();

  /**
   * The channel, or null when it is a descriptor. A listening socket's channel is a {@code
   * ServerSocketChannel}.
   */
  SelectableChannel channel();

  void bind(SocketAddress address);

  void listen(int backlog);

  /** A connection, non-blocking and close-on-exec, or null when there is none yet. */
  EngineSocket accept();

  /** Starts to connect; true when connected at once. */
  boolean connect(SocketAddress address);

  /**
   * Returns, when the socket has become writable, how its connect ended: true when connected, false
   * when it still goes on.
   */
  boolean finishConnect();

  /**
   * Reads into the buffer's remaining room: the number of bytes, {@link #END}, or {@link
   * #WOULD_BLOCK}.
   */
  int read(ByteBuffer target);

  /** Writes the buffer's remaining bytes, as many as go: their number, or {@link #WOULD_BLOCK}. */
  int write(ByteBuffer source);

  /**
   * Receives one datagram: its sender, or null when there is none yet. What does not fit is lost.
   */
  SocketAddress receiveFrom(ByteBuffer target);

  /**
   * Sends one datagram, to the connected peer when {@code to} is null: true, or false when it would
   * have to wait.
   */
  boolean sendTo(ByteBuffer source, SocketAddress to);

  /** The destination of a datagram, for messages. */
  static String receiver(final SocketAddress to) {
    return to == null ? "the connected peer" : to.toString();
  }

  /** {@code Engine.SHUT_*}. */
  void shutdown(int how);

  /** The bound address, or null. */
  SocketAddress localAddress();

  /** The peer's address, or null when not connected. */
  SocketAddress remoteAddress();

  void set(EngineOption option, int value);

  /**
   * An option's value.
   *
   * @throws UnsupportedOperationException where the platform or engine has no such option
   */
  int get(EngineOption option);

  boolean isOpen();

  /**
   * Leaves the closing to the engine that the socket is attached to: {@link Engine#detach}. A
   * descriptor that is closed twice may belong to another object by then.
   */
  void detachDescriptor();

  @Override
  void close();
}
