package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineEnvironment;
import org.jevent.internal.engine.EngineSockets;
import org.jevent.internal.log.LibraryLog;
import org.jevent.net.NetSocket;

/** Sockets that are channels. */
final class NioSockets extends EngineSockets {
  /** Whether a lost connection was logged: peers could otherwise fill the log. */
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  NioSockets(final EngineEnvironment environment) {
    super(environment);
  }

  @Override
  public NetSocket open(final AddressFamily family, final Kind kind) {
    final ProtocolFamily protocol =
        switch (family) {
          case INET -> StandardProtocolFamily.INET;
          case INET6 -> StandardProtocolFamily.INET6;
          case UNIX -> StandardProtocolFamily.UNIX;
        };
    if (family == AddressFamily.UNIX && kind == Kind.DATAGRAM) {
      throw new UnsupportedOperationException("method nio has no datagrams of Unix domain sockets");
    }
    try {
      return switch (kind) {
        case STREAM -> socket(SocketChannel.open(protocol), family);
        case LISTENER -> socket(ServerSocketChannel.open(protocol), family);
        case DATAGRAM -> socket(DatagramChannel.open(protocol), family);
      };
    } catch (final IOException | UnsupportedOperationException e) {
      throw NioErrors.exception("open a " + kind + " socket of family " + family, e);
    }
  }

  /**
   * Takes a channel over, and closes it if that fails.
   *
   * @param family null to derive it from the local address, or for a pipe
   */
  static ChannelSocket socket(final SelectableChannel channel, final AddressFamily family)
      throws IOException {
    ChannelSocket made = null;
    try {
      channel.configureBlocking(false);
      if (channel instanceof ServerSocketChannel listener) {
        reuseNoAddress(listener);
      }
      made = new ChannelSocket(channel, family);
      return made;
    } finally {
      if (made == null) {
        channel.close();
      }
    }
  }

  /** The JDK lets listeners take addresses that were in use a moment ago, unasked. */
  private static void reuseNoAddress(final ServerSocketChannel listener) throws IOException {
    final SocketOption<Boolean> reuse = StandardSocketOptions.SO_REUSEADDR;
    if (listener.supportedOptions().contains(reuse) && listener.getOption(reuse)) {
      listener.setOption(reuse, false);
    }
  }

  /** Makes a pair: on failure neither end is left open. */
  private static NetSocket[] sockets(final SelectableChannel first, final SelectableChannel second)
      throws IOException {
    NetSocket[] made = null;
    try {
      made = new NetSocket[] {socket(first, null), socket(second, null)};
      return made;
    } finally {
      if (made == null) {
        first.close();
        second.close();
      }
    }
  }

  /**
   * The next connection, or null. The JDK fails over a peer whose path this JVM's locale has no
   * characters for: that connection is lost, and the JDK keeps its descriptor.
   *
   * @throws InvalidPathException if so
   */
  static SocketChannel accept(final ServerSocketChannel listener) throws IOException {
    try {
      return listener.accept();
    } catch (final InvalidPathException e) {
      if (!WARNED.getAndSet(true)) {
        LibraryLog.log(
            System.Logger.Level.WARNING,
            "accept on "
                + listener.getLocalAddress()
                + ": a connection is lost, and its descriptor, as this JVM cannot express the"
                + " path of the peer (sun.jnu.encoding is "
                + System.getProperty("sun.jnu.encoding")
                + "): set LC_ALL=C.UTF-8 or use a native method; further ones are not logged",
            e);
      }
      throw e;
    }
  }

  /** Over loopback: Java has no unnamed Unix domain sockets. */
  @Override
  public NetSocket[] pair() {
    boolean interrupted = false;
    try {
      while (true) {
        // Put aside: the JDK closes the channels in which an interrupted thread waits.
        interrupted |= Thread.interrupted();
        try {
          return connectedPair();
        } catch (final ClosedByInterruptException e) {
          // retry
        }
      }
    } catch (final IOException e) {
      throw NioErrors.exception("make a pair of sockets", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static NetSocket[] connectedPair() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      NetSocket[] made = null;
      final SocketChannel first = SocketChannel.open(server.getLocalAddress());
      try {
        final SocketChannel second = acceptFrom(server, first.getLocalAddress());
        first.setOption(StandardSocketOptions.TCP_NODELAY, true);
        second.setOption(StandardSocketOptions.TCP_NODELAY, true);
        made = sockets(first, second);
        return made;
      } finally {
        if (made == null) {
          first.close();
        }
      }
    }
  }

  /** Closes connections of other peers that arrived first. */
  private static SocketChannel acceptFrom(
      final ServerSocketChannel server, final SocketAddress peer) throws IOException {
    while (true) {
      final SocketChannel accepted = server.accept();
      if (peer.equals(accepted.getRemoteAddress())) {
        return accepted;
      }
      accepted.close();
    }
  }

  @Override
  public NetSocket[] pipe() {
    try {
      final Pipe pipe = Pipe.open();
      return new NetSocket[] {socket(pipe.source(), null), socket(pipe.sink(), null)};
    } catch (final IOException e) {
      throw NioErrors.exception("make a pipe", e);
    }
  }

  @Override
  public NetSocket adopt(final int descriptor) {
    Arguments.atLeast("descriptor", descriptor, 0);
    throw new UnsupportedOperationException(
        "method nio cannot take over descriptor " + descriptor + ": only channels");
  }

  @Override
  public NetSocket standardInput() {
    return pumpedStandardInput();
  }
}
