package org.jevent.internal.engine;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Address families. Addresses that no system could use are refused before anything has changed. */
public enum AddressFamily {
  INET,
  INET6,
  UNIX;

  private static final int INET_BYTES = 4;

  /** Linux has room for this many bytes, most systems for a few less. */
  private static final int MAX_UNIX_PATH = 107;

  /**
   * The family of an address.
   *
   * @throws IllegalArgumentException if it is unresolved, or of none that is known here
   */
  public static AddressFamily of(final SocketAddress address) {
    Objects.requireNonNull(address, "address");
    if (address instanceof UnixDomainSocketAddress) {
      return UNIX;
    }
    if (address instanceof InetSocketAddress internet) {
      if (internet.getAddress() == null) {
        throw new IllegalArgumentException("unresolved address " + internet);
      }
      return of(internet.getAddress());
    }
    throw new IllegalArgumentException("address of unknown kind: " + address);
  }

  /** The version of an Internet address. */
  public static AddressFamily of(final InetAddress address) {
    return address.getAddress().length == INET_BYTES ? INET : INET6;
  }

  /**
   * Checks where a datagram is to go.
   *
   * @param from the family of the socket that sends it, null when unknown
   * @throws IllegalArgumentException if it cannot go there: the message says why
   */
  public static void requireDestination(final SocketAddress to, final AddressFamily from) {
    Objects.requireNonNull(to, "to");
    final AddressFamily family = of(to);
    // A socket of IPv6 reaches IPv4 too, unless the system or an option forbids it.
    final boolean reached = from == null || family == from || (from == INET6 && family == INET);
    if (!reached) {
      throw new IllegalArgumentException(
          "send to " + to + ", an address of " + family + ": the socket is of " + from);
    }
    if (to instanceof InetSocketAddress internet && internet.getPort() == 0) {
      throw new IllegalArgumentException("send to " + to + ": the port is not within 1..65535");
    }
    if (to instanceof UnixDomainSocketAddress local) {
      final int bytes = local.getPath().toString().getBytes(StandardCharsets.UTF_8).length;
      if (bytes < 1 || bytes > MAX_UNIX_PATH) {
        throw new IllegalArgumentException(
            "send to \"" + to + "\": " + bytes + " bytes, not 1.." + MAX_UNIX_PATH);
      }
    }
  }
}
