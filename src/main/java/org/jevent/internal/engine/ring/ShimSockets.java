package org.jevent.internal.engine.ring;

import org.jevent.error.Errno;
import org.jevent.internal.engine.EngineOption;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.engine.SocketProvider;

/** Sockets made by the shim. */
final class ShimSockets implements SocketProvider {
  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_ERROR = 2;

  @Override
  public EngineSocket open(final Family family, final Kind kind) {
    final int type = kind == Kind.DATAGRAM ? Layout.DATAGRAM : Layout.STREAM;
    return new DescriptorSocket(
        Errnos.check(Shim.socket(code(family), type), "open a socket of family " + family));
  }

  private static int code(final Family family) {
    return switch (family) {
      case INET -> Layout.FAMILY_INET;
      case INET6 -> Layout.FAMILY_INET6;
      case UNIX -> Layout.FAMILY_UNIX;
    };
  }

  @Override
  public EngineSocket[] pair() {
    try (Scratch scratch = Scratch.take()) {
      Errnos.check(
          Shim.socketpair(Layout.FAMILY_UNIX, Layout.STREAM, scratch.address()),
          "make a pair of sockets");
      return two(scratch);
    }
  }

  @Override
  public EngineSocket[] pipe() {
    try (Scratch scratch = Scratch.take()) {
      Errnos.check(Shim.pipe(scratch.address()), "make a pipe");
      return two(scratch);
    }
  }

  private static EngineSocket[] two(final Scratch scratch) {
    return new EngineSocket[] {
      new DescriptorSocket(scratch.buffer().getInt(0)),
      new DescriptorSocket(scratch.buffer().getInt(Integer.BYTES))
    };
  }

  @Override
  public EngineSocket adopt(final int descriptor) {
    if (!keepsItsMode(descriptor)) {
      Errnos.check(
          Shim.setOption(descriptor, EngineOption.NONBLOCKING.code(), 1),
          "make fd " + descriptor + " non-blocking");
    }
    return new DescriptorSocket(descriptor);
  }

  /** The mode is the open file's; terminals and standard streams are shared with the shell. */
  private static boolean keepsItsMode(final int descriptor) {
    if (Shim.getOption(descriptor, EngineOption.TERMINAL.code()) == 1) {
      return true;
    }
    final int listens = Shim.getOption(descriptor, EngineOption.LISTENING.code());
    return descriptor <= STANDARD_ERROR && Errnos.of(listens) == Errno.ENOTSOCK;
  }

  @Override
  public EngineSocket standardInput() {
    final int twin = Shim.duplicate(STANDARD_INPUT);
    if (Errnos.of(twin) == Errno.ENOSYS) {
      throw new UnsupportedOperationException("standard input cannot be watched on this system");
    }
    return DescriptorSocket.shared(
        Errnos.check(twin, "duplicate standard input (fd " + STANDARD_INPUT + ")"));
  }
}
