package org.jevent.internal.engine.ring;

import org.jevent.error.Errno;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineEnvironment;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.net.NetSocket;

/** Sockets made by the shim. */
final class ShimSockets extends EngineSockets {
  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_ERROR = 2;

  ShimSockets(final EngineEnvironment environment) {
    super(environment);
  }

  @Override
  public NetSocket open(final AddressFamily family, final Kind kind) {
    final int type = kind == Kind.DATAGRAM ? Layout.DATAGRAM : Layout.STREAM;
    return new DescriptorSocket(
        Errnos.check(Shim.socket(code(family), type), "open a socket of family " + family));
  }

  private static int code(final AddressFamily family) {
    return switch (family) {
      case INET -> Layout.FAMILY_INET;
      case INET6 -> Layout.FAMILY_INET6;
      case UNIX -> Layout.FAMILY_UNIX;
    };
  }

  @Override
  public NetSocket[] pair() {
    try (Scratch scratch = Scratch.take()) {
      Errnos.check(
          Shim.socketpair(Layout.FAMILY_UNIX, Layout.STREAM, scratch.address()),
          "make a pair of sockets");
      return two(scratch);
    }
  }

  @Override
  public NetSocket[] pipe() {
    try (Scratch scratch = Scratch.take()) {
      Errnos.check(Shim.pipe(scratch.address()), "make a pipe");
      return two(scratch);
    }
  }

  private static NetSocket[] two(final Scratch scratch) {
    return new NetSocket[] {
      new DescriptorSocket(scratch.buffer().getInt(0)),
      new DescriptorSocket(scratch.buffer().getInt(Integer.BYTES))
    };
  }

  @Override
  public NetSocket adopt(final int descriptor) {
    Arguments.atLeast("descriptor", descriptor, 0);
    if (!keepsItsMode(descriptor)) {
      Errnos.check(
          Shim.setOption(descriptor, Layout.OPT_NONBLOCKING, 1),
          "make fd " + descriptor + " non-blocking");
    }
    return new DescriptorSocket(descriptor);
  }

  /** The mode is the open file's; terminals and standard streams are shared with the shell. */
  private static boolean keepsItsMode(final int descriptor) {
    if (Shim.getOption(descriptor, Layout.OPT_TERMINAL) == 1) {
      return true;
    }
    final int listens = Shim.getOption(descriptor, Layout.OPT_LISTENING);
    return descriptor <= STANDARD_ERROR && Errnos.of(listens) == Errno.ENOTSOCK;
  }

  @Override
  public NetSocket standardInput() {
    final int twin = Shim.duplicate(STANDARD_INPUT);
    if (Errnos.of(twin) == Errno.ENOSYS) {
      return pumpedStandardInput();
    }
    return DescriptorSocket.shared(
        Errnos.check(twin, "duplicate standard input (fd " + STANDARD_INPUT + ")"));
  }
}
