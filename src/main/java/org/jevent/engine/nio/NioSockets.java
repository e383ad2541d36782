package org.jevent.engine.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
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
import org.jevent.engine.EngineSocket;
import org.jevent.engine.SocketProvider;
import org.jevent.engine.SystemLogger;

/** Sockets that are channels. */
final class NioSockets implements SocketProvider {
  /** Whether it was logged that a connection was lost: peers could fill a log. */
  private static final AtomicBoolean LOST = new AtomicBoolean();

  @Override
  public EngineSocket open(final Family family, final Kind kind) {
    final ProtocolFamily protocol =
        switch (family) {
          case INET -> StandardProtocolFamily.INET;
          case INET6 -> StandardProtocolFamily.INET6;
          case UNIX -> StandardProtocolFamily.UNIX;
        };
    try {
      return switch (kind) {
        case STREAM -> socket(SocketChannel.open(protocol));
        case LISTENER -> socket(ServerSocketChannel.open(protocol));
        case DATAGRAM -> socket(DatagramChannel.open(protocol));
      };
    } catch (final IOException | UnsupportedOperationException e) {
      throw NioErrors.exception("open a " + kind + " socket of family " + family, e);
    }
  }

  static ChannelSocket socket(final SelectableChannel channel) throws IOException {
    channel.configureBlocking(false);
    return new ChannelSocket(channel);
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
      if (!LOST.getAndSet(true)) {
        SystemLogger.log(
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
  public EngineSocket[] pair() {
    boolean interrupted = false;
    try {
      while (true) {
        // Put aside: the JDK closes the channels in which an interrupted thread waits.
        interrupted |= Thread.interrupted();
        try {
          return connectedPair();
        } catch (final ClosedByInterruptException e) {
          // once more
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

  private static EngineSocket[] connectedPair() throws IOException {
    SocketChannel first = null;
    SocketChannel second = null;
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      first = SocketChannel.open(server.getLocalAddress());
      second = server.accept();
      while (!second.getRemoteAddress().equals(first.getLocalAddress())) {
        second.close(); // somebody else was quicker
        second = server.accept();
      }
      first.setOption(StandardSocketOptions.TCP_NODELAY, true);
      second.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new EngineSocket[] {socket(first), socket(second)};
    } catch (final IOException e) {
      close(first, e);
      close(second, e);
      throw e;
    }
  }

  private static void close(final SocketChannel channel, final IOException reason) {
    if (channel != null) {
      try {
        channel.close();
      } catch (final IOException e) {
        reason.addSuppressed(e);
      }
    }
  }

  @Override
  public EngineSocket[] pipe() {
    try {
      final Pipe pipe = Pipe.open();
      return new EngineSocket[] {socket(pipe.source()), socket(pipe.sink())};
    } catch (final IOException e) {
      throw NioErrors.exception("make a pipe", e);
    }
  }

  @Override
  public EngineSocket adopt(final int descriptor) {
    throw new UnsupportedOperationException(
        "method nio cannot take over descriptor " + descriptor + ": only channels");
  }

  @Override
  public EngineSocket standardInput() {
    throw new UnsupportedOperationException(
        "method nio cannot watch standard input: only channels");
  }
}
