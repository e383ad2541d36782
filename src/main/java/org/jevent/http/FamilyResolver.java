package org.jevent.http;

import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jevent.net.Resolver;

/** Finds the addresses of one family only. */
final class FamilyResolver implements Resolver {
  private final Resolver all;
  private final int length;

  FamilyResolver(final Resolver all, final ProtocolFamily family) {
    this.all = all;
    length = family == StandardProtocolFamily.INET ? 4 : 16;
  }

  private List<InetAddress> only(final List<InetAddress> addresses) {
    final List<InetAddress> found = new ArrayList<>();
    for (final InetAddress each : addresses == null ? List.<InetAddress>of() : addresses) {
      if (each.getAddress().length == length) {
        found.add(each);
      }
    }
    return found;
  }

  @Override
  public Runnable resolve(final String host, final Result result) {
    return all.resolve(
        host,
        (addresses, problem) -> {
          final List<InetAddress> found = only(addresses);
          final boolean none = found.isEmpty() && problem == null;
          result.resolved(
              found,
              none ? new UnknownHostException(host + " has no address of the family") : problem);
        });
  }

  @Override
  public Runnable resolveInParts(final String host, final Parts parts) {
    return all.resolveInParts(
        host, (addresses, last, problem) -> parts.found(only(addresses), last, problem));
  }
}
