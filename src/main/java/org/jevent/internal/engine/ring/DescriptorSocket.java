package org.jevent.internal.engine.ring;

import java.lang.ref.Cleaner;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.leak.Leaks;
import org.jevent.net.NetOption;
import org.jevent.net.NetSocket;

/**
 * A socket or pipe end by its descriptor. Bytes go through a {@link Scratch}, one crossing a call.
 */
final class DescriptorSocket extends EngineSocket {
  /** The bytes that a writable pipe takes without waiting: POSIX's minimum of PIPE_BUF. */
  private static final int MIN_PIPE_BUFFER = 512;

  private final Open open;
  private final Cleaner.Cleanable cleanable;

  DescriptorSocket(final int descriptor) {
    this(descriptor, false);
  }

  private DescriptorSocket(final int descriptor, final boolean shared) {
    open = new Open(descriptor, shared);
    cleanable = Leaks.register(this, open);
  }

  /** Makes a socket of an open file that other processes share, in its present mode. */
  static DescriptorSocket shared(final int descriptor) {
    return new DescriptorSocket(descriptor, true);
  }

  private boolean wouldWait(final int direction) {
    return open.shared && (option(Layout.OPT_READY, "query readiness") & direction) == 0;
  }

  /** The state that the cleaner closes if the socket is never closed. */
  private static final class Open implements Runnable {
    private final int descriptor;

    /**
     * Other processes share its mode, which may be blocking: readiness is queried before each call.
     */
    private final boolean shared;

    private final Leaks.Site site = Leaks.site();
    private volatile boolean closed;
    private volatile boolean descriptorDetached;

    Open(final int descriptor, final boolean shared) {
      this.descriptor = descriptor;
      this.shared = shared;
    }

    /** Closed, or given to the engine: one thread alone decides which. False: it was before. */
    synchronized boolean end() {
      final boolean first = !closed;
      closed = true;
      return first;
    }

    @Override
    public void run() {
      if (!descriptorDetached) {
        Shim.close(descriptor);
      }
      if (!closed) {
        Leaks.report("a socket", "fd " + descriptor, site);
      }
    }
  }

  private int fd(final String operation) {
    if (open.closed) {
      throw new ErrnoException(operation + " on a closed socket", Errno.EBADF, 0);
    }
    return open.descriptor;
  }

  private static boolean wouldBlock(final long result) {
    return result < 0 && Errnos.of((int) result) == Errno.EAGAIN;
  }

  private ErrnoException failed(final String operation, final long result) {
    return Errnos.exception(operation + " (fd " + open.descriptor + ")", (int) result);
  }

  private void check(final int result, final String operation) {
    if (result < 0) {
      throw failed(operation, result);
    }
  }

  @Override
  public int descriptor() {
    return open.descriptor;
  }

  @Override
  public SelectableChannel channel() {
    return null;
  }

  @Override
  public void bind(final SocketAddress address) {
    AddressFamily.of(address);
    try (Scratch scratch = Scratch.take()) {
      check(Shim.bind(fd("bind"), write(address, scratch)), "bind " + address);
    }
  }

  private static long write(final SocketAddress address, final Scratch scratch) {
    AddressCodec.write(address, scratch.buffer(), Scratch.SIZE);
    return scratch.addressOfAddress();
  }

  @Override
  public void listen(final int backlog) {
    final int most = backlog(backlog);
    check(Shim.listen(fd("listen"), most), "listen with backlog " + most);
  }

  @Override
  public NetSocket accept() {
    StackReserve.medium();
    final int accepted = Shim.accept(fd("accept"), 0);
    if (accepted >= 0) {
      return new DescriptorSocket(accepted);
    }
    if (wouldBlock(accepted)) {
      return null;
    }
    throw failed("accept", accepted);
  }

  @Override
  public boolean connect(final SocketAddress address) {
    AddressFamily.of(address);
    final int result;
    try (Scratch scratch = Scratch.take()) {
      result = Shim.connect(fd("connect"), write(address, scratch));
    }
    if (result >= 0) {
      return true;
    }
    if (connectGoesOn(result)) {
      return false;
    }
    throw failed("connect to " + address, result);
  }

  private static boolean connectGoesOn(final int result) {
    return Errnos.of(result) == Errno.EINPROGRESS || Errnos.of(result) == Errno.EINTR;
  }

  @Override
  public boolean finishConnect() {
    final int error = option(Layout.OPT_ERROR, "get the error");
    if (error == 0) {
      return remoteAddress() != null;
    }
    if (connectGoesOn(-error)) {
      return false;
    }
    throw failed("connect", -error);
  }

  @Override
  public int read(final ByteBuffer target) {
    requireWritable(target);
    final int fd = fd("read");
    final int room = Math.min(target.remaining(), Scratch.SIZE);
    if (room == 0) {
      return 0;
    }
    if (wouldWait(Engine.READ)) {
      return WOULD_BLOCK;
    }
    final int count;
    try (Scratch scratch = Scratch.take()) {
      count = (int) Shim.read(fd, scratch.address(), room);
      if (count > 0) {
        final int at = target.position();
        target.put(at, scratch.buffer(), 0, count);
        target.position(at + count);
        return count;
      }
    }
    if (count == 0) {
      return END;
    }
    if (wouldBlock(count)) {
      return WOULD_BLOCK;
    }
    throw failed("read", count);
  }

  @Override
  public int write(final ByteBuffer source) {
    Objects.requireNonNull(source, "source");
    final int fd = fd("write");
    final int max = open.shared ? MIN_PIPE_BUFFER : Scratch.SIZE;
    int written = 0;
    try (Scratch scratch = Scratch.take()) {
      while (source.hasRemaining() && !wouldWait(Engine.WRITE)) {
        final int length = Math.min(source.remaining(), max);
        scratch.buffer().put(0, source, source.position(), length);
        final int count = (int) Shim.write(fd, scratch.address(), length);
        if (count < 0) {
          if (wouldBlock(count)) {
            break;
          }
          throw failed("write", count);
        }
        source.position(source.position() + count);
        written += count;
        if (count < length) {
          break;
        }
      }
    }
    return written;
  }

  @Override
  public SocketAddress receive(final ByteBuffer target) {
    requireWritable(target);
    final int room = Math.min(target.remaining(), Scratch.SIZE);
    try (Scratch scratch = Scratch.take()) {
      final int count =
          (int)
              Shim.receiveFrom(fd("receive"), scratch.address(), room, scratch.addressOfAddress());
      if (count < 0) {
        if (wouldBlock(count)) {
          return null;
        }
        throw failed("receive", count);
      }
      final int at = target.position();
      target.put(at, scratch.buffer(), 0, count);
      target.position(at + count);
      return AddressCodec.readSender(scratch.buffer(), Scratch.SIZE);
    }
  }

  @Override
  public boolean send(final ByteBuffer source, final SocketAddress to) {
    Objects.requireNonNull(source, "source");
    if (to != null) {
      AddressFamily.of(to);
    }
    final int length = source.remaining();
    if (length > Scratch.SIZE) {
      throw new ErrnoException("send " + length + " bytes to " + receiver(to), Errno.EMSGSIZE, 0);
    }
    final long count;
    try (Scratch scratch = Scratch.take()) {
      final long address = to == null ? 0 : write(to, scratch);
      scratch.buffer().put(0, source, source.position(), length);
      count = Shim.sendTo(fd("send"), scratch.address(), length, address);
    }
    if (count >= 0) {
      source.position(source.limit());
      return true;
    }
    if (wouldBlock(count)) {
      return false;
    }
    throw failed("send to " + receiver(to), count);
  }

  @Override
  public void shutdownInput() {
    shutdown(Engine.SHUT_READ);
  }

  @Override
  public void shutdownOutput() {
    shutdown(Engine.SHUT_WRITE);
  }

  private void shutdown(final int how) {
    check(Shim.shutdown(fd("shut down"), how), "shut down");
  }

  @Override
  public SocketAddress localAddress() {
    try (Scratch scratch = Scratch.take()) {
      final int result = Shim.localAddress(fd("find the address"), scratch.addressOfAddress());
      if (Errnos.of(result) == Errno.ENOTSOCK) {
        return null; // a pipe
      }
      check(result, "find the address");
      return AddressCodec.read(scratch.buffer(), Scratch.SIZE);
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    try (Scratch scratch = Scratch.take()) {
      final int result = Shim.peerAddress(fd("find the peer"), scratch.addressOfAddress());
      final Errno error = Errnos.of(result);
      if (error == Errno.ENOTCONN || error == Errno.EINVAL || error == Errno.ENOTSOCK) {
        return null;
      }
      check(result, "find the peer");
      return AddressCodec.read(scratch.buffer(), Scratch.SIZE);
    }
  }

  /** The option's number in the header. */
  @SuppressWarnings("EnumOrdinal") // the order is the header's
  static int code(final NetOption option) {
    return Layout.OPT_REUSE_ADDRESS + option.ordinal();
  }

  @Override
  public void set(final NetOption option, final int value) {
    requireValid(option, value);
    set(code(option), value, "set " + option);
  }

  private void set(final int code, final int value, final String operation) {
    final int result = Shim.setOption(fd(operation), code, value);
    requireKnown(operation + " to " + value, result);
    check(result, operation + " to " + value);
  }

  /** Linux has one error for setting what a kind of socket has not got, another for asking. */
  private void requireKnown(final String operation, final int result) {
    final Errno error = Errnos.of(result);
    if (error == Errno.ENOPROTOOPT || error == Errno.EOPNOTSUPP) {
      throw new UnsupportedOperationException(
          operation + ": fd " + open.descriptor + " has no such option here");
    }
  }

  @Override
  public int get(final NetOption option) {
    Objects.requireNonNull(option, "option");
    return option(code(option), "get " + option);
  }

  private int option(final int code, final String operation) {
    final int result = Shim.getOption(fd(operation), code);
    if (code == Layout.OPT_LINGER && result == Integer.MIN_VALUE) {
      return -1;
    }
    requireKnown(operation, result);
    check(result, operation);
    return result;
  }

  @Override
  public void configureBlocking(final boolean block) {
    set(Layout.OPT_NONBLOCKING, block ? 0 : 1, "set NONBLOCKING");
  }

  @Override
  public boolean isBlocking() {
    return option(Layout.OPT_NONBLOCKING, "get NONBLOCKING") == 0;
  }

  @Override
  public boolean isOpen() {
    return !open.closed;
  }

  @Override
  public boolean detachDescriptor() {
    StackReserve.medium();
    if (!open.end()) {
      return false;
    }
    open.descriptorDetached = true;
    cleanable.clean();
    return true;
  }

  @Override
  public void closeDetached() {
    Shim.close(open.descriptor);
  }

  @Override
  public void close() {
    StackReserve.medium();
    if (open.end()) {
      cleanable.clean();
    }
  }

  @Override
  public String toString() {
    return "fd " + open.descriptor + (open.closed ? " (closed)" : "");
  }
}
