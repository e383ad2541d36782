package org.jevent.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jevent.internal.engine.SocketProvider.Family;

/** Refuses addresses that no system could use, before anything has changed. */
final class AddressChecks {
  /** Linux has room for this many bytes, most systems for a few less. */
  private static final int MAX_UNIX_PATH = 107;

  private AddressChecks() {}

  /**
   * The family of an address.
   *
   * @throws IllegalArgumentException if it is unresolved, or of none that is known here
   */
  static Family family(final SocketAddress address) {
    Objects.requireNonNull(address, "address");
    if (address instanceof UnixDomainSocketAddress) {
      return Family.UNIX;
    }
    if (address instanceof InetSocketAddress internet) {
      final InetAddress ip = internet.getAddress();
      if (ip == null) {
        throw new IllegalArgumentException("unresolved address " + internet);
      }
      return ip.getAddress().length == 4 ? Family.INET : Family.INET6;
    }
    throw new IllegalArgumentException("address of unknown kind: " + address);
  }

  /**
   * Checks where a datagram is to go.
   *
   * @param from the family of the socket that sends it, null when unknown
   * @throws IllegalArgumentException if it cannot go there: the message says why
   */
  static void requireDestination(final SocketAddress to, final Family from) {
    Objects.requireNonNull(to, "to");
    final Family family = family(to);
    // A socket of IPv6 reaches IPv4 too, unless the system or an option forbids it.
    final boolean reached =
        from == null || family == from || (from == Family.INET6 && family == Family.INET);
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
