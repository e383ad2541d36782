package org.jevent.engine.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
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
import java.util.EnumMap;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.jevent.engine.Engine;
import org.jevent.engine.EngineOption;
import org.jevent.engine.EngineSocket;
import org.jevent.engine.Leaks;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** A socket or pipe end that is a channel. */
final class ChannelSocket implements EngineSocket {
  private static final Map<EngineOption, SocketOption<Boolean>> FLAGS = flags();
  private static final Map<EngineOption, SocketOption<Integer>> NUMBERS = numbers();

  private final SelectableChannel channel;
  private SocketAddress toBind;

  ChannelSocket(final SelectableChannel channel) {
    this.channel = channel;
    Leaks.watch(this, "a socket", channel::isOpen);
  }

  private static Map<EngineOption, SocketOption<Boolean>> flags() {
    final Map<EngineOption, SocketOption<Boolean>> map = new EnumMap<>(EngineOption.class);
    map.put(EngineOption.REUSE_ADDRESS, StandardSocketOptions.SO_REUSEADDR);
    map.put(EngineOption.REUSE_PORT, StandardSocketOptions.SO_REUSEPORT);
    map.put(EngineOption.NO_DELAY, StandardSocketOptions.TCP_NODELAY);
    map.put(EngineOption.KEEP_ALIVE, StandardSocketOptions.SO_KEEPALIVE);
    map.put(EngineOption.BROADCAST, StandardSocketOptions.SO_BROADCAST);
    return map;
  }

  private static Map<EngineOption, SocketOption<Integer>> numbers() {
    final Map<EngineOption, SocketOption<Integer>> map = new EnumMap<>(EngineOption.class);
    map.put(EngineOption.SEND_BUFFER, StandardSocketOptions.SO_SNDBUF);
    map.put(EngineOption.RECEIVE_BUFFER, StandardSocketOptions.SO_RCVBUF);
    map.put(EngineOption.LINGER, StandardSocketOptions.SO_LINGER);
    map.put(EngineOption.KEEP_IDLE, ExtendedSocketOptions.TCP_KEEPIDLE);
    map.put(EngineOption.KEEP_INTERVAL, ExtendedSocketOptions.TCP_KEEPINTERVAL);
    map.put(EngineOption.KEEP_COUNT, ExtendedSocketOptions.TCP_KEEPCOUNT);
    return map;
  }

  private ErrnoException failed(final String operation, final Exception problem) {
    return NioErrors.exception(operation + " (" + channel + ")", problem);
  }

  private <T extends Channel> T as(final Class<T> type, final String operation) {
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
    if (channel instanceof ServerSocketChannel) {
      toBind = address;
      return;
    }
    try {
      as(NetworkChannel.class, "bind").bind(address);
    } catch (final IOException | RuntimeException e) {
      throw NioErrors.exception("bind " + address, e);
    }
  }

  @Override
  public void listen(final int backlog) {
    final ServerSocketChannel server = as(ServerSocketChannel.class, "listen");
    try {
      server.bind(toBind, backlog);
    } catch (final IOException | RuntimeException e) {
      final String address = toBind == null ? "any address" : toBind.toString();
      throw NioErrors.exception("bind " + address + ", listen with backlog " + backlog, e);
    }
  }

  @Override
  public EngineSocket accept() {
    final ServerSocketChannel listener = as(ServerSocketChannel.class, "accept");
    while (true) {
      try {
        final SocketChannel accepted = NioSockets.accept(listener);
        return accepted == null ? null : NioSockets.socket(accepted);
      } catch (final InvalidPathException lost) {
        // on to the next connection
      } catch (final IOException | RuntimeException e) {
        throw failed("accept", e);
      }
    }
  }

  @Override
  public boolean connect(final SocketAddress address) {
    try {
      if (channel instanceof DatagramChannel datagrams) {
        datagrams.connect(address);
        return true;
      }
      return as(SocketChannel.class, "connect").connect(address);
    } catch (final IOException | RuntimeException e) {
      throw NioErrors.exception("connect to " + address, e);
    }
  }

  @Override
  public boolean finishConnect() {
    try {
      return as(SocketChannel.class, "connect").finishConnect();
    } catch (final IOException | RuntimeException e) {
      throw failed("connect", e);
    }
  }

  @Override
  public int read(final ByteBuffer target) {
    try {
      return as(ReadableByteChannel.class, "read").read(target);
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("read", e);
    }
  }

  @Override
  public int write(final ByteBuffer source) {
    try {
      return as(WritableByteChannel.class, "write").write(source);
    } catch (final IOException | NotYetConnectedException e) {
      throw failed("write", e);
    }
  }

  @Override
  public SocketAddress receiveFrom(final ByteBuffer target) {
    try {
      return as(DatagramChannel.class, "receive").receive(target);
    } catch (final IOException e) {
      throw failed("receive", e);
    }
  }

  @Override
  public boolean sendTo(final ByteBuffer source, final SocketAddress to) {
    final DatagramChannel datagrams = as(DatagramChannel.class, "send");
    final int length = source.remaining();
    try {
      final int sent = to == null ? datagrams.write(source) : datagrams.send(source, to);
      return sent > 0 || length == 0;
    } catch (final IOException | RuntimeException e) {
      throw NioErrors.exception("send " + length + " bytes to " + EngineSocket.receiver(to), e);
    }
  }

  @Override
  public void shutdown(final int how) {
    final SocketChannel stream = as(SocketChannel.class, "shut down");
    try {
      if ((how & Engine.SHUT_READ) != 0) {
        stream.shutdownInput();
      }
      if ((how & Engine.SHUT_WRITE) != 0) {
        stream.shutdownOutput();
      }
    } catch (final IOException | RuntimeException e) {
      throw failed("shut down", e);
    }
  }

  @Override
  public SocketAddress localAddress() {
    try {
      return channel instanceof NetworkChannel network ? network.getLocalAddress() : null;
    } catch (final IOException e) {
      throw failed("find the address", e);
    }
  }

  @Override
  public SocketAddress remoteAddress() {
    try {
      if (channel instanceof SocketChannel stream) {
        return stream.getRemoteAddress();
      }
      return channel instanceof DatagramChannel datagrams ? datagrams.getRemoteAddress() : null;
    } catch (final IOException e) {
      throw failed("find the peer", e);
    }
  }

  @Override
  public void set(final EngineOption option, final int value) {
    try {
      if (option == EngineOption.NONBLOCKING) {
        channel.configureBlocking(value == 0);
      } else if (FLAGS.containsKey(option)) {
        network(option).setOption(known(option, FLAGS.get(option)), value != 0);
      } else if (NUMBERS.containsKey(option)) {
        network(option).setOption(known(option, NUMBERS.get(option)), value);
      } else {
        throw none(option);
      }
    } catch (final IOException | IllegalArgumentException e) {
      throw failed("set " + option + " to " + value, e);
    }
  }

  @Override
  public int get(final EngineOption option) {
    try {
      if (option == EngineOption.NONBLOCKING) {
        return channel.isBlocking() ? 0 : 1;
      }
      if (option == EngineOption.CLOSE_ON_EXEC) {
        return 1;
      }
      if (FLAGS.containsKey(option)) {
        return network(option).getOption(known(option, FLAGS.get(option))) ? 1 : 0;
      }
      if (NUMBERS.containsKey(option)) {
        return network(option).getOption(known(option, NUMBERS.get(option)));
      }
    } catch (final IOException e) {
      throw failed("get " + option, e);
    }
    throw none(option);
  }

  /** The JDK's own words for one that the system has not got differ from system to system. */
  private <T> SocketOption<T> known(final EngineOption option, final SocketOption<T> here) {
    if (!network(option).supportedOptions().contains(here)) {
      throw none(option);
    }
    return here;
  }

  private static UnsupportedOperationException none(final EngineOption option) {
    return new UnsupportedOperationException("method nio has no option " + option);
  }

  private NetworkChannel network(final EngineOption option) {
    if (channel instanceof NetworkChannel network) {
      return network;
    }
    throw new UnsupportedOperationException("a pipe has no option " + option);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /** A channel knows itself whether it has been closed. */
  @Override
  public void surrender() {}

  @Override
  public void close() {
    try {
      channel.close();
    } catch (final IOException e) {
      throw failed("close", e);
    }
  }

  @Override
  public String toString() {
    return channel.toString();
  }
}
