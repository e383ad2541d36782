package org.jevent.sim.engine;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;
import org.jevent.sim.kernel.DatagramSocket;
import org.jevent.sim.kernel.Machine;
import org.jevent.sim.kernel.OpenFile;
import org.jevent.sim.kernel.Result;
import org.jevent.sim.kernel.SocketOptions;
import org.jevent.sim.kernel.StreamSocket;

/** A descriptor of a simulated host. */
final class SimSocket extends EngineSocket {
  private static final int MAX_BYTES = 1 << 20;

  private final SimHost host;
  private final int descriptor;
  private final OpenFile file;
  private boolean closed;
  private boolean blocking;

  SimSocket(final SimHost host, final int descriptor) {
    this.host = host;
    this.descriptor = descriptor;
    file = host.machine().file(descriptor);
  }

  private OpenFile open(final String operation) {
    if (closed || host.machine().file(descriptor) != file) {
      throw new ErrnoException(operation + " on a closed socket", Errno.EBADF, 0);
    }
    return file;
  }

  private StreamSocket stream(final String operation) {
    if (open(operation) instanceof StreamSocket stream) {
      return stream;
    }
    throw failed(operation, Result.of(Errno.EOPNOTSUPP));
  }

  private ErrnoException failed(final String operation, final int result) {
    return new ErrnoException(
        operation + " (fd " + descriptor + " of host " + host.machine().name() + ")",
        Result.error(result),
        0);
  }

  private void check(final int result, final String operation) {
    if (result < 0) {
      throw failed(operation, result);
    }
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public SelectableChannel channel() {
    return null;
  }

  @Override
  public void bind(final SocketAddress address) {
    AddressFamily.of(address);
    check(open("bind").bind(address), "bind " + address);
  }

  @Override
  public void listen(final int backlog) {
    final int most = backlog(backlog);
    check(stream("listen").listen(most), "listen with backlog " + most);
  }

  @Override
  public boolean connect(final SocketAddress address) {
    AddressFamily.of(address);
    if (open("connect") instanceof DatagramSocket datagrams) {
      check(datagrams.connect(address), "connect to " + address);
      return true;
    }
    final int result = ((StreamSocket) file).connect(address);
    if (Result.error(result) == Errno.EINPROGRESS) {
      return false;
    }
    check(result, "connect to " + address);
    return true;
  }

  @Override
  public boolean finishConnect() {
    final int result = stream("connect").finishConnect();
    if (Result.error(result) == Errno.EALREADY) {
      return false;
    }
    check(result, "connect");
    return true;
  }

  @Override
  public NetSocket accept() {
    final int accepted = host.machine().accept(stream("accept"));
    if (accepted == Result.WOULD_WAIT) {
      return null;
    }
    check(accepted, "accept");
    return new SimSocket(host, accepted);
  }

  @Override
  public int read(final ByteBuffer target) {
    requireWritable(target);
    if (open("read") instanceof DatagramSocket datagrams) {
      final DatagramSocket.Datagram next = datagrams.receive();
      if (next == null) {
        return none(datagrams, "read");
      }
      put(next, target);
      return next.bytes().length == 0 ? END : Math.min(next.bytes().length, MAX_BYTES);
    }
    if (!target.hasRemaining()) {
      return WOULD_BLOCK;
    }
    final int count = ((StreamSocket) file).read(target, target.position(), target.remaining());
    if (count == Result.WOULD_WAIT) {
      return WOULD_BLOCK;
    }
    check(count, "read");
    target.position(target.position() + count);
    return count == 0 ? END : count;
  }

  private int none(final DatagramSocket datagrams, final String operation) {
    final Errno error = datagrams.takeError();
    if (error != Errno.NONE) {
      throw failed(operation, Result.of(error));
    }
    return WOULD_BLOCK;
  }

  private static void put(final DatagramSocket.Datagram datagram, final ByteBuffer target) {
    target.put(datagram.bytes(), 0, Math.min(target.remaining(), datagram.bytes().length));
  }

  @Override
  public int write(final ByteBuffer source) {
    Objects.requireNonNull(source, "source");
    if (open("write") instanceof DatagramSocket) {
      final int length = source.remaining();
      return send(source, null) ? length : WOULD_BLOCK;
    }
    if (!source.hasRemaining()) {
      return WOULD_BLOCK;
    }
    final int count = ((StreamSocket) file).write(source, source.position(), source.remaining());
    if (count == Result.WOULD_WAIT) {
      return WOULD_BLOCK;
    }
    check(count, "write");
    source.position(source.position() + count);
    return count;
  }

  @Override
  public SocketAddress receive(final ByteBuffer target) {
    requireWritable(target);
    if (!(open("receive") instanceof DatagramSocket datagrams)) {
      throw failed("receive", Result.of(Errno.EOPNOTSUPP));
    }
    final DatagramSocket.Datagram next = datagrams.receive();
    if (next == null) {
      none(datagrams, "receive");
      return null;
    }
    put(next, target);
    return next.from();
  }

  @Override
  public boolean send(final ByteBuffer source, final SocketAddress to) {
    Objects.requireNonNull(source, "source");
    if (to != null) {
      AddressFamily.of(to);
    }
    if (!(open("send") instanceof DatagramSocket datagrams)) {
      throw failed("send", Result.of(Errno.EOPNOTSUPP));
    }
    final byte[] bytes = new byte[source.remaining()];
    source.get(source.position(), bytes);
    final int result = datagrams.send(bytes, to);
    if (result == Result.WOULD_WAIT) {
      return false;
    }
    check(result, "send " + bytes.length + " bytes to " + receiver(to));
    source.position(source.limit());
    return true;
  }

  @Override
  public void shutdownOutput() {
    check(stream("shut down").shutdown(false, true), "shut down");
  }

  @Override
  public void shutdownInput() {
    check(stream("shut down").shutdown(true, false), "shut down");
  }

  private boolean isPipe() {
    return file instanceof StreamSocket stream && stream.type() == StreamSocket.Type.PIPE;
  }

  @Override
  public SocketAddress localAddress() {
    open("find the address");
    if (isPipe()) {
      return null;
    }
    if (file.local() != null) {
      return file.local();
    }
    final AddressFamily family = file.options().family();
    return family == AddressFamily.UNIX
        ? UnixDomainSocketAddress.of("")
        : new InetSocketAddress(Machine.any(family == AddressFamily.INET), 0);
  }

  @Override
  public SocketAddress remoteAddress() {
    open("find the peer");
    if (file instanceof StreamSocket stream) {
      if (!stream.isConnected() || stream.isOver() || isPipe()) {
        return null;
      }
      final SocketAddress remote = stream.remote();
      return remote != null ? remote : UnixDomainSocketAddress.of("");
    }
    return ((DatagramSocket) file).remote();
  }

  private SocketOptions options(final NetOption option) {
    if (isPipe()) {
      throw new UnsupportedOperationException("a pipe has no option " + option);
    }
    final boolean ofTcp =
        switch (option) {
          case NO_DELAY, KEEP_IDLE, KEEP_INTERVAL, KEEP_COUNT, DEFER_ACCEPT -> true;
          default -> false;
        };
    final boolean tcp =
        file instanceof StreamSocket stream && stream.type() == StreamSocket.Type.TCP;
    if (ofTcp && !tcp) {
      throw new UnsupportedOperationException("only TCP has the option " + option);
    }
    if (option == NetOption.IPV6_ONLY && file.options().family() != AddressFamily.INET6) {
      throw new UnsupportedOperationException("only IPv6 has the option " + option);
    }
    return file.options();
  }

  @Override
  public void set(final NetOption option, final int value) {
    requireValid(option, value);
    open("set " + option);
    check(options(option).set(option, value), "set " + option + " to " + value);
    if (file instanceof StreamSocket stream) {
      stream.optionChanged(option);
    }
  }

  @Override
  public int get(final NetOption option) {
    Objects.requireNonNull(option, "option");
    open("get " + option);
    if (option == NetOption.AVAILABLE) {
      check(file.isListening() ? Result.of(Errno.EINVAL) : 0, "get " + option);
      return file.available();
    }
    return options(option).get(option);
  }

  @Override
  public void configureBlocking(final boolean block) {
    open("set NONBLOCKING");
    blocking = block;
  }

  @Override
  public boolean isBlocking() {
    open("get NONBLOCKING");
    return blocking;
  }

  @Override
  public boolean isOpen() {
    return !closed && host.machine().file(descriptor) == file;
  }

  @Override
  public boolean detachDescriptor() {
    final boolean first = isOpen();
    closed = true;
    return first;
  }

  @Override
  public void closeDetached() {
    if (host.machine().file(descriptor) == file) {
      host.machine().close(descriptor);
    }
  }

  @Override
  public void close() {
    if (isOpen()) {
      closed = true;
      host.machine().close(descriptor);
    }
    closed = true;
  }

  @Override
  public String toString() {
    return "fd " + descriptor + " of host " + host.machine().name();
  }
}
