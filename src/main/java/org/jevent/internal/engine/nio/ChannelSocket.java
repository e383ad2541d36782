package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.InvalidPathException;
import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.leak.Leaks;
import org.jevent.internal.log.LibraryLog;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/** A socket or pipe end that is a channel. */
final class ChannelSocket extends EngineSocket {
  private static final int INET_BYTES = 4;
  private static final int INET6_BYTES = 16;

  private final SelectableChannel channel;
  private final AddressFamily family;
  private final Open open;
  private final Cleaner.Cleanable cleanable;
  private SocketAddress toBind;

  /**
   * @param family null to derive it from the local address, or for a pipe
   */
  ChannelSocket(final SelectableChannel channel, final AddressFamily family) {
    this.channel = channel;
    this.family = family;
    open = new Open(channel);
    cleanable = Leaks.register(this, open);
  }

  /** What the cleaner closes if {@link #close} was not called: the JDK has none for channels. */
  private static final class Open implements Runnable {
    private final SelectableChannel channel;
    private final Leaks.Site site = Leaks.site();
    private volatile boolean closed;

    Open(final SelectableChannel channel) {
      this.channel = channel;
    }

    @Override
    public void run() {
      final boolean lost = !closed && channel.isOpen();
      try {
        channel.close();
        OpenSelector.release(channel);
      } catch (final IOException e) {
        LibraryLog.log(System.Logger.Level.WARNING, "cannot close " + channel, e);
      }
      if (lost) {
        Leaks.report("a socket", "", site);
      }
    }
  }

  private ErrnoException failed(final String operation, final Exception problem) {
    return new ErrnoException(
        operation + " (" + channel + ")", NioErrors.of(problem, channel), 0, problem);
  }

  /** Refuses what was closed, or given to an engine to be closed. */
  private void requireOpen(final String operation) {
    if (!isOpen()) {
      throw new ErrnoException(operation + " on a closed socket", Errno.EBADF, 0);
    }
  }

  private <T extends Channel> T as(final Class<T> type, final String operation) {
    requireOpen(operation);
    if (!type.isInstance(channel)) {
      throw new ErrnoException(operation + " (" + channel + ")", Errno.EOPNOTSUPP, 0);
    }
    return type.cast(channel);
  }

  @Override
  public int descriptor() {
    return -1;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  /** A listener is bound when it listens, as Java does both in one call. */
  @Override
  public void bind(final SocketAddress address) {
    AddressFamily.of(address);
    final NetworkChannel network = as(NetworkChannel.class, "bind");
    try {
      if (!(channel instanceof ServerSocketChannel)) {
        network.bind(address);
      } else if (toBind == null && network.getLocalAddress() == null) {
        toBind = address;
      } else {
        throw new AlreadyBoundException();
      }
    } catch (final IOException | RuntimeException e) {
      throw NioErrors.exception("bind " + address, e);
    }
  }

  /** The JDK cannot change the backlog of what listens already. */
  @Override
  public void listen(final int backlog) {
    final int most = backlog(backlog);
    final ServerSocketChannel listener = as(ServerSocketChannel.class, "listen");
    try {
      if (listener.getLocalAddress() == null) {
        listener.bind(toBind, most);
      }
    } catch (final IOException | RuntimeException e) {
      final String address = toBind == null ? "any address" : toBind.toString();
      throw NioErrors.exception("bind " + address + ", listen with backlog " + most, e);
    }
  }

  @Override
  public NetSocket accept() {
    StackReserve.medium();
    final ServerSocketChannel listener = as(ServerSocketChannel.class, "accept");
    while (true) {
      try {
        final SocketChannel accepted = NioSockets.accept(listener);
        return accepted == null ? null : NioSockets.socket(accepted, null);
      } catch (final InvalidPathException lost) {
        // try the next connection
      } catch (final IOException | RuntimeException e) {
        throw failed("accept", e);
      }
    }
  }

  @Override
  public boolean connect(final SocketAddress address) {
    AddressFamily.of(address);
    requireOpen("connect");
    try {
      if (channel instanceof DatagramChannel datagrams) {
        datagrams.disconnect().connect(address);
        return true;
      }
      return as(SocketChannel.class, "connect").connect(address);
    } catch (final IOException | RuntimeException e) {
      throw NioErrors.exception("connect to " + address, e);
    }
  }

  @Override
  public boolean finishConnect() {
    final SocketChannel stream = as(SocketChannel.class, "connect");
    try {
      return stream.isConnectionPending() ? stream.finishConnect() : stream.isConnected();
    } catch (final IOException | RuntimeException e) {
      throw failed("connect", e);
    }
  }

  /** Its connect goes on. One that has ended is finished first, or nothing could be read. */
  private boolean connecting() throws IOException {
    return channel instanceof SocketChannel stream
        && stream.isConnectionPending()
        && !stream.finishConnect();
  }

  @Override
  public int read(final ByteBuffer target) {
    requireWritable(target);
    final ReadableByteChannel readable = as(ReadableByteChannel.class, "read");
    try {
      if (channel instanceof DatagramChannel datagrams) {
        return readDatagram(datagrams, target);
      }
      return connecting() || !target.hasRemaining() ? WOULD_BLOCK : readable.read(target);
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("read", e);
    }
  }

  /** Connected or not, as the system's call does it, which has no other word for an empty one. */
  private static int readDatagram(final DatagramChannel datagrams, final ByteBuffer target)
      throws IOException {
    final int before = target.position();
    if (!target.hasRemaining() || datagrams.receive(target) == null) {
      return WOULD_BLOCK;
    }
    final int count = target.position() - before;
    return count == 0 ? END : count;
  }

  @Override
  public int write(final ByteBuffer source) {
    Objects.requireNonNull(source, "source");
    final WritableByteChannel writable = as(WritableByteChannel.class, "write");
    try {
      return connecting() || !source.hasRemaining() ? WOULD_BLOCK : writable.write(source);
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("write", e);
    }
  }

  @Override
  public SocketAddress receive(final ByteBuffer target) {
    requireWritable(target);
    try {
      return as(DatagramChannel.class, "receive").receive(target);
    } catch (final IOException e) {
      throw failed("receive", e);
    }
  }

  @Override
  public boolean send(final ByteBuffer source, final SocketAddress to) {
    Objects.requireNonNull(source, "source");
    if (to != null) {
      AddressFamily.of(to);
    }
    final DatagramChannel datagrams = as(DatagramChannel.class, "send");
    final int length = source.remaining();
    try {
      final int sent = to == null ? datagrams.write(source) : datagrams.send(source, to);
      return sent > 0 || length == 0;
    } catch (final IOException | RuntimeException e) {
      throw failed("send " + length + " bytes to " + receiver(to), e);
    }
  }

  @Override
  public void shutdownInput() {
    try {
      as(SocketChannel.class, "shut down").shutdownInput();
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("shut down", e);
    }
  }

  @Override
  public void shutdownOutput() {
    try {
      as(SocketChannel.class, "shut down").shutdownOutput();
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("shut down", e);
    }
  }

  @Override
  public SocketAddress localAddress() {
    requireOpen("find the address");
    if (!(channel instanceof NetworkChannel network)) {
      return null;
    }
    try {
      final SocketAddress bound = network.getLocalAddress();
      return bound != null ? bound : toBind != null ? toBind : unbound();
    } catch (final IOException e) {
      throw failed("find the address", e);
    }
  }

  /** The error of the system for a socket that is not bound. */
  private SocketAddress unbound() throws UnknownHostException {
    if (family == AddressFamily.UNIX) {
      return UnixDomainSocketAddress.of("");
    }
    final int bytes = family == AddressFamily.INET ? INET_BYTES : INET6_BYTES;
    return new InetSocketAddress(InetAddress.getByAddress(new byte[bytes]), 0);
  }

  private AddressFamily family() throws IOException {
    if (family != null || !(channel instanceof NetworkChannel network)) {
      return family;
    }
    return network.getLocalAddress() instanceof InetSocketAddress local
        ? AddressFamily.of(local.getAddress())
        : AddressFamily.UNIX;
  }

  @Override
  public SocketAddress remoteAddress() {
    requireOpen("find the peer");
    try {
      if (channel instanceof SocketChannel stream) {
        return stream.isConnected() ? stream.getRemoteAddress() : null;
      }
      return channel instanceof DatagramChannel datagrams ? datagrams.getRemoteAddress() : null;
    } catch (final IOException e) {
      throw failed("find the peer", e);
    }
  }

  @Override
  public void set(final NetOption option, final int value) {
    requireValid(option, value);
    requireOpen("set " + option);
    try {
      ChannelOptions.set(channel, family(), option, value);
    } catch (final IOException | IllegalArgumentException e) {
      throw failed("set " + option + " to " + value, e);
    }
  }

  @Override
  public int get(final NetOption option) {
    Objects.requireNonNull(option, "option");
    requireOpen("get " + option);
    try {
      return ChannelOptions.get(channel, family(), option);
    } catch (final IOException e) {
      throw failed("get " + option, e);
    }
  }

  @Override
  public void configureBlocking(final boolean block) {
    requireOpen("set NONBLOCKING");
    try {
      channel.configureBlocking(block);
    } catch (final IOException e) {
      throw failed("set NONBLOCKING to " + (block ? 0 : 1), e);
    }
  }

  @Override
  public boolean isBlocking() {
    requireOpen("get NONBLOCKING");
    return channel.isBlocking();
  }

  @Override
  public boolean isOpen() {
    return !open.closed && channel.isOpen();
  }

  /** If the engine is lost before it closes the channel, the cleaner does. */
  @Override
  public boolean detachDescriptor() {
    final boolean first = isOpen();
    open.closed = true;
    return first;
  }

  @Override
  public void closeDetached() {
    cleanable.clean();
  }

  @Override
  public void close() {
    StackReserve.medium();
    open.closed = true;
    cleanable.clean();
  }

  @Override
  public String toString() {
    return channel.toString();
  }
}
