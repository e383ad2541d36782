package org.jevent.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Objects;

/**
 * Socket addresses as text and back, compared and classified, without ever asking a name server;
 * libevent's {@code evutil_parse_sockaddr_port} and its relatives.
 */
public final class Addresses {
  private static final String UNIX_PREFIX = "unix:";
  private static final int MAX_PORT = 65_535;

  private Addresses() {}

  /**
   * Reads {@code [IPV6]:PORT}, {@code [IPV6]}, {@code IPV6}, {@code IPV4:PORT}, {@code IPV4} or
   * {@code unix:PATH}. An IPv6 address may have a scope: {@code fe80::1%eth0} or {@code fe80::1%2}.
   * Without a port it is 0.
   *
   * @throws IllegalArgumentException if it is none of these; names are not looked up
   */
  public static SocketAddress parse(final String text) {
    Objects.requireNonNull(text, "text");
    if (text.startsWith(UNIX_PREFIX)) {
      final String path = text.substring(UNIX_PREFIX.length());
      if (path.isEmpty()) {
        throw malformed(text, "the path is missing");
      }
      return UnixDomainSocketAddress.of(path);
    }
    if (text.startsWith("[")) {
      return bracketed(text);
    }
    final int colon = text.indexOf(':');
    if (colon >= 0 && text.indexOf(':', colon + 1) < 0) {
      return new InetSocketAddress(
          ipv4(text, text.substring(0, colon)), port(text, text.substring(colon + 1)));
    }
    return new InetSocketAddress(colon < 0 ? ipv4(text, text) : ipv6(text, text), 0);
  }

  private static SocketAddress bracketed(final String text) {
    final int end = text.indexOf(']');
    if (end < 0) {
      throw malformed(text, "the closing bracket is missing");
    }
    final InetAddress address = ipv6(text, text.substring(1, end));
    final String rest = text.substring(end + 1);
    if (rest.isEmpty()) {
      return new InetSocketAddress(address, 0);
    }
    if (!rest.startsWith(":")) {
      throw malformed(text, "something else than a port follows the bracket");
    }
    return new InetSocketAddress(address, port(text, rest.substring(1)));
  }

  private static int port(final String text, final String digits) {
    if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(Addresses::isDigit)) {
      throw malformed(text, "the port is not a number");
    }
    final int port = Integer.parseInt(digits);
    if (port < 1 || port > MAX_PORT) {
      throw malformed(text, "the port is not within 1.." + MAX_PORT);
    }
    return port;
  }

  private static boolean isDigit(final int letter) {
    return letter >= '0' && letter <= '9';
  }

  private static InetAddress ipv4(final String text, final String digits) {
    final byte[] bytes = Ipv4.parse(digits);
    if (bytes == null) {
      throw malformed(text, "not an IPv4 address");
    }
    return address(bytes);
  }

  private static InetAddress ipv6(final String text, final String digits) {
    final int percent = digits.indexOf('%');
    final byte[] bytes = Ipv6.parse(percent < 0 ? digits : digits.substring(0, percent));
    if (bytes == null) {
      throw malformed(text, "not an IPv6 address");
    }
    if (percent < 0) {
      return address(bytes);
    }
    return scoped(text, bytes, digits.substring(percent + 1));
  }

  private static InetAddress scoped(final String text, final byte[] bytes, final String scope) {
    try {
      if (!scope.isEmpty() && scope.length() < 10 && scope.chars().allMatch(Addresses::isDigit)) {
        return Inet6Address.getByAddress(null, bytes, Integer.parseInt(scope));
      }
      final java.net.NetworkInterface link =
          scope.isEmpty() ? null : java.net.NetworkInterface.getByName(scope);
      if (link == null) {
        throw malformed(text, "there is no interface \"" + scope + "\"");
      }
      return Inet6Address.getByAddress(null, bytes, link.getIndex());
    } catch (final UnknownHostException | java.net.SocketException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  private static InetAddress address(final byte[] bytes) {
    try {
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IllegalArgumentException malformed(final String text, final String why) {
    return new IllegalArgumentException("address \"" + text + "\": " + why);
  }

  /**
   * The canonical text, which {@link #parse} reads: {@code 127.0.0.1:80}, {@code [::1]:80}, {@code
   * unix:/path}.
   */
  public static String format(final SocketAddress address) {
    Objects.requireNonNull(address, "address");
    if (address instanceof UnixDomainSocketAddress local) {
      return UNIX_PREFIX + local.getPath();
    }
    if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
      final InetAddress ip = internet.getAddress();
      if (!(ip instanceof Inet6Address six)) {
        return ip.getHostAddress() + ":" + internet.getPort();
      }
      final String scope = six.getScopeId() == 0 ? "" : "%" + six.getScopeId();
      return "[" + Ipv6.format(six.getAddress()) + scope + "]:" + internet.getPort();
    }
    throw new IllegalArgumentException("address of unknown kind: " + address);
  }

  /**
   * Orders addresses: IPv4 before IPv6 before Unix, then by address, then, if {@code ports} counts,
   * by port; {@code evutil_sockaddr_cmp}.
   */
  public static int compare(
      final SocketAddress first, final SocketAddress second, final boolean ports) {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
    final int byFamily = Integer.compare(family(first), family(second));
    if (byFamily != 0) {
      return byFamily;
    }
    if (first instanceof UnixDomainSocketAddress local) {
      return local.getPath().compareTo(((UnixDomainSocketAddress) second).getPath());
    }
    final InetSocketAddress one = (InetSocketAddress) first;
    final InetSocketAddress other = (InetSocketAddress) second;
    final int byAddress =
        Arrays.compareUnsigned(one.getAddress().getAddress(), other.getAddress().getAddress());
    return byAddress != 0 || !ports ? byAddress : Integer.compare(one.getPort(), other.getPort());
  }

  private static int family(final SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return 3;
    }
    if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
      return internet.getAddress().getAddress().length == 4 ? 1 : 2;
    }
    throw new IllegalArgumentException("address of unknown kind: " + address);
  }

  /** The address is of this machine's loopback. */
  public static boolean isLoopback(final SocketAddress address) {
    Objects.requireNonNull(address, "address");
    return address instanceof InetSocketAddress internet
        && internet.getAddress() != null
        && internet.getAddress().isLoopbackAddress();
  }

  /**
   * The address cannot be reached from elsewhere: unspecified, loopback, link-local, site-local or
   * multicast.
   */
  public static boolean isLocal(final InetAddress address) {
    return Objects.requireNonNull(address, "address").isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress();
  }
}
