package org.jevent.dns;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jevent.dns.message.DnsFormatException;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.system.Literal;

/** Names that no server is asked for: addresses, this machine, and names that are nowhere. */
final class LocalNames {
  private static final DnsName LOCALHOST = DnsName.parse("localhost");
  private static final List<DnsName> NOWHERE =
      List.of(DnsName.parse("invalid"), DnsName.parse("onion"), DnsName.parse("local"));
  private static final List<InetAddress> LOOPBACK =
      List.of(Literal.address("::1"), Literal.address("127.0.0.1"));

  private LocalNames() {}

  /** The address that a text is, or null. */
  static InetAddress literal(final String text) {
    final boolean likely =
        text.indexOf(':') >= 0
            || (!text.isEmpty() && Character.digit(text.charAt(text.length() - 1), 10) >= 0);
    return likely ? Literal.address(text) : null;
  }

  /** The address that a name is, or null. The name of a host is none unless it ends in a number. */
  static InetAddress literal(final DnsName name) {
    return name.isHost() && !name.endsInNumber() ? null : literal(name.toString());
  }

  /** The name of this machine, or null if the text is none. */
  static DnsName ofMachine(final String text) {
    try {
      return text == null ? null : DnsName.ofHost(text);
    } catch (final DnsFormatException e) {
      return null; // a name that no one can look up
    }
  }

  /** The addresses by which others reach this machine; those of the loopback if there are none. */
  static List<InetAddress> ofThisMachine() {
    final List<InetAddress> found = new ArrayList<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
          .forEach(found::add);
    } catch (final SocketException e) {
      // as if there were none
    }
    return found.isEmpty() ? LOOPBACK : found;
  }

  static boolean isLocalhost(final DnsName name) {
    return name.isWithin(LOCALHOST);
  }

  /** The addresses of {@code localhost}. */
  static List<InetAddress> loopback() {
    return LOOPBACK;
  }

  /** Where the servers are if no file names one. */
  static List<InetAddress> servers() {
    return List.of(LOOPBACK.get(1), LOOPBACK.get(0));
  }

  /** There is no such name in the domain name system (RFC 6761, 6762, 7686). */
  static boolean isNowhere(final DnsName name) {
    for (final DnsName each : NOWHERE) {
      if (name.isWithin(each)) {
        return true;
      }
    }
    return false;
  }
}
