package org.jevent.internal.engine.nio;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.AddressFamily;
import org.jevent.net.NetOption;

/** Options of channels, with the values that the system itself has for them. */
final class ChannelOptions {
  /** Linux has twice what was asked for, and the JDK halves it there. */
  private static final int BUFFER_FACTOR = System.getProperty("os.name").equals("Linux") ? 2 : 1;

  private ChannelOptions() {}

  static void set(
      final SelectableChannel channel,
      final AddressFamily family,
      final NetOption option,
      final int value)
      throws IOException {
    if (option == NetOption.IPV6_ONLY) {
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

  static int get(
      final SelectableChannel channel, final AddressFamily family, final NetOption option)
      throws IOException {
    if (option == NetOption.IPV6_ONLY && family == AddressFamily.INET6) {
      return boundToOne(channel) ? 1 : 0;
    }
    if (option == NetOption.AVAILABLE && channel instanceof SocketChannel stream) {
      return available(stream, family);
    }
    final Object value = network(channel, option).getOption(known(channel, option));
    if (value instanceof Boolean on) {
      return on ? 1 : 0;
    }
    final boolean bytes = option == NetOption.SEND_BUFFER || option == NetOption.RECEIVE_BUFFER;
    return bytes ? (Integer) value * BUFFER_FACTOR : (Integer) value;
  }

  /** The JDK makes sockets of IPv6 that take IPv4 too, and has no option to change that. */
  private static void setIpv6Only(
      final SelectableChannel channel, final AddressFamily family, final int value)
      throws IOException {
    if (family != AddressFamily.INET6) {
      throw none(NetOption.IPV6_ONLY);
    }
    if (((NetworkChannel) channel).getLocalAddress() != null) {
      throw new ErrnoException(
          "set IPV6_ONLY to " + value + " on a socket that is bound", Errno.EINVAL, 0);
    }
    if (value != 0) {
      throw none(NetOption.IPV6_ONLY);
    }
  }

  /** Bound to one address of IPv6, rather than to all of both versions. */
  private static boolean boundToOne(final SelectableChannel channel) throws IOException {
    return ((NetworkChannel) channel).getLocalAddress() instanceof InetSocketAddress local
        && !local.getAddress().isAnyLocalAddress()
        && AddressFamily.of(local.getAddress()) == AddressFamily.INET6;
  }

  /** Only the blocking stream of the socket has this number; nothing is read from it here. */
  private static int available(final SocketChannel stream, final AddressFamily family)
      throws IOException {
    if (family == AddressFamily.UNIX) {
      throw none(NetOption.AVAILABLE);
    }
    return stream.isConnected() && !stream.socket().isInputShutdown()
        ? stream.socket().getInputStream().available()
        : 0;
  }

  /** The JDK's option, or null. */
  private static SocketOption<?> ofChannels(final NetOption option) {
    return switch (option) {
      case REUSE_ADDRESS -> StandardSocketOptions.SO_REUSEADDR;
      case REUSE_PORT -> StandardSocketOptions.SO_REUSEPORT;
      case NO_DELAY -> StandardSocketOptions.TCP_NODELAY;
      case KEEP_ALIVE -> StandardSocketOptions.SO_KEEPALIVE;
      case KEEP_IDLE -> ExtendedSocketOptions.TCP_KEEPIDLE;
      case KEEP_INTERVAL -> ExtendedSocketOptions.TCP_KEEPINTERVAL;
      case KEEP_COUNT -> ExtendedSocketOptions.TCP_KEEPCOUNT;
      case SEND_BUFFER -> StandardSocketOptions.SO_SNDBUF;
      case RECEIVE_BUFFER -> StandardSocketOptions.SO_RCVBUF;
      case LINGER -> StandardSocketOptions.SO_LINGER;
      case BROADCAST -> StandardSocketOptions.SO_BROADCAST;
      case IPV6_ONLY, DEFER_ACCEPT, AVAILABLE, PATH_MTU_DISCOVERY -> null;
    };
  }

  /** The JDK's own words for one that the system has not got differ from system to system. */
  private static SocketOption<?> known(final SelectableChannel channel, final NetOption option) {
    final SocketOption<?> here = ofChannels(option);
    if (!network(channel, option).supportedOptions().contains(here)) {
      throw none(option);
    }
    return here;
  }

  private static UnsupportedOperationException none(final NetOption option) {
    return new UnsupportedOperationException("method nio has no option " + option + " here");
  }

  private static NetworkChannel network(final SelectableChannel channel, final NetOption option) {
    if (ofChannels(option) == null) {
      throw none(option);
    }
    if (channel instanceof NetworkChannel network) {
      return network;
    }
    throw new UnsupportedOperationException("a pipe has no option " + option);
  }
}
