package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The addresses of a host.
 *
 * @param canonicalName the name at the end of all aliases, or the text of an address
 * @param addresses in the order in which to try them (RFC 6724), with the port of the hints
 */
public record HostAddresses(
    String canonicalName, List<InetSocketAddress> addresses, DnsAnswer.Source source) {
  public HostAddresses {
    Objects.requireNonNull(canonicalName, "canonicalName");
    addresses = List.copyOf(Objects.requireNonNull(addresses, "addresses"));
    Objects.requireNonNull(source, "source");
  }

  /** The addresses without the port. */
  public List<InetAddress> hosts() {
    final List<InetAddress> hosts = new ArrayList<>(addresses.size());
    for (final InetSocketAddress each : addresses) {
      hosts.add(each.getAddress());
    }
    return Collections.unmodifiableList(hosts);
  }
}
