package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.EngineOption;
import org.jevent.internal.engine.SocketProvider.Family;

/** Options of channels, with the values that the system itself has for them. */
final class ChannelOptions {
  /** Linux has twice what was asked for, and the JDK halves it there. */
  private static final int BUFFER_FACTOR = System.getProperty("os.name").equals("Linux") ? 2 : 1;

  private ChannelOptions() {}

  static void set(
      final SelectableChannel channel,
      final Family family,
      final EngineOption option,
      final int value)
      throws IOException {
    if (option == EngineOption.NONBLOCKING) {
      channel.configureBlocking(value == 0);
    } else if (option == EngineOption.IPV6_ONLY) {
      setIpv6Only(channel, family, value);
    } else {
      set(network(channel, option), known(channel, option), value);
    }
  }

  @SuppressWarnings("unchecked") // the option says which of the two it is
  private static void set(
      final NetworkChannel channel, final SocketOption<?> option, final int value)
      throws IOException {
    if (option.type() == Boolean.class) {
      channel.setOption((SocketOption<Boolean>) option, value != 0);
    } else {
      channel.setOption((SocketOption<Integer>) option, value);
    }
  }

  static int get(final SelectableChannel channel, final Family family, final EngineOption option)
      throws IOException {
    if (option == EngineOption.NONBLOCKING) {
      return channel.isBlocking() ? 0 : 1;
    }
    if (option == EngineOption.CLOSE_ON_EXEC) {
      return 1;
    }
    if (option == EngineOption.IPV6_ONLY && family == Family.INET6) {
      return boundToOne(channel) ? 1 : 0;
    }
    if (option == EngineOption.AVAILABLE && channel instanceof SocketChannel stream) {
      return available(stream, family);
    }
    final Object value = network(channel, option).getOption(known(channel, option));
    if (value instanceof Boolean on) {
      return on ? 1 : 0;
    }
    final boolean bytes =
        option == EngineOption.SEND_BUFFER || option == EngineOption.RECEIVE_BUFFER;
    return bytes ? (Integer) value * BUFFER_FACTOR : (Integer) value;
  }

  /** The JDK makes sockets of IPv6 that take IPv4 too, and has no option to change that. */
  private static void setIpv6Only(
      final SelectableChannel channel, final Family family, final int value) throws IOException {
    if (family != Family.INET6) {
      throw none(EngineOption.IPV6_ONLY);
    }
    if (((NetworkChannel) channel).getLocalAddress() != null) {
      throw new ErrnoException(
          "set IPV6_ONLY to " + value + " on a socket that is bound", Errno.EINVAL, 0);
    }
    if (value != 0) {
      throw none(EngineOption.IPV6_ONLY);
    }
  }

  /** Bound to one address of IPv6, rather than to all of both versions. */
  private static boolean boundToOne(final SelectableChannel channel) throws IOException {
    return ((NetworkChannel) channel).getLocalAddress() instanceof InetSocketAddress local
        && !local.getAddress().isAnyLocalAddress()
        && family(local.getAddress()) == Family.INET6;
  }

  static Family family(final InetAddress address) {
    return address.getAddress().length == 4 ? Family.INET : Family.INET6;
  }

  /** Only the blocking stream of the socket has this number; nothing is read from it here. */
  private static int available(final SocketChannel stream, final Family family) throws IOException {
    if (family == Family.UNIX) {
      throw none(EngineOption.AVAILABLE);
    }
    return stream.isConnected() && !stream.socket().isInputShutdown()
        ? stream.socket().getInputStream().available()
        : 0;
  }

  /** The JDK's own words for one that the system has not got differ from system to system. */
  private static SocketOption<?> known(final SelectableChannel channel, final EngineOption option) {
    final SocketOption<?> here = option.ofChannels();
    if (!network(channel, option).supportedOptions().contains(here)) {
      throw none(option);
    }
    return here;
  }

  private static UnsupportedOperationException none(final EngineOption option) {
    return new UnsupportedOperationException("method nio has no option " + option + " here");
  }

  private static NetworkChannel network(
      final SelectableChannel channel, final EngineOption option) {
    if (option.ofChannels() == null) {
      throw none(option);
    }
    if (channel instanceof NetworkChannel network) {
      return network;
    }
    throw new UnsupportedOperationException("a pipe has no option " + option);
  }
}
