package org.jevent.dns.system;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The order in which addresses are tried: RFC 6724, section 6, rules 1, 2, 5, 6, 8, 9 and 10. The
 * others need what no program can know. Rule 9 is for IPv6 alone, and equal ones keep their order.
 */
public final class AddressOrder {
  /** How many addresses are ordered; the others follow as they came. */
  private static final int MAX_SORTED = 16;

  private static final int LINK = 2;
  private static final int SITE = 5;
  private static final int GLOBAL = 14;

  private AddressOrder() {}

  /** A row of the table of policies. */
  private static final class Policy {
    private final byte[] prefix;
    private final int length;
    private final int precedence;
    private final int label;

    Policy(final byte[] prefix, final int length, final int precedence, final int label) {
      this.prefix = prefix;
      this.length = length;
      this.precedence = precedence;
      this.label = label;
    }

    static Policy of(final String text, final int precedence, final int label) {
      final int slash = text.indexOf('/');
      final InetAddress address = Literal.address(text.substring(0, slash));
      final int length = Integer.parseInt(text.substring(slash + 1));
      return new Policy(sixteen(address), length, precedence, label);
    }
  }

  /** The default table, the longest prefix first. */
  private static final List<Policy> TABLE =
      List.of(
          Policy.of("::1/128", 50, 0),
          Policy.of("::/96", 1, 3),
          Policy.of("2001::/32", 5, 5),
          Policy.of("2002::/16", 30, 2),
          Policy.of("3ffe::/16", 1, 12),
          Policy.of("fec0::/10", 1, 11),
          Policy.of("fc00::/7", 3, 13));

  private static final Policy MAPPED = new Policy(new byte[16], 96, 35, 4);
  private static final Policy ANY = new Policy(new byte[16], 0, 40, 1);

  private record Candidate(InetAddress address, InetAddress source) {}

  /**
   * Orders addresses.
   *
   * @param source the local address from which a destination is reached, or null if it is not
   */
  public static List<InetAddress> sort(
      final List<InetAddress> addresses, final Function<InetAddress, InetAddress> source) {
    if (addresses.size() < 2) {
      return List.copyOf(addresses);
    }
    final int count = Math.min(addresses.size(), MAX_SORTED);
    final List<Candidate> all = new ArrayList<>(count);
    for (final InetAddress each : addresses.subList(0, count)) {
      all.add(new Candidate(each, source.apply(each)));
    }
    all.sort(ORDER);
    final List<InetAddress> sorted = new ArrayList<>(addresses.size());
    all.forEach(each -> sorted.add(each.address));
    sorted.addAll(addresses.subList(count, addresses.size()));
    return List.copyOf(sorted);
  }

  private static final Comparator<Candidate> ORDER =
      Comparator.<Candidate, Boolean>comparing(each -> each.source == null)
          .thenComparing(each -> each.source == null || scope(each.address) != scope(each.source))
          .thenComparing(
              each ->
                  each.source == null || policy(each.address).label != policy(each.source).label)
          .thenComparing(each -> -policy(each.address).precedence)
          .thenComparing(each -> scope(each.address))
          .thenComparing(AddressOrder::byPrefix);

  /** The longer prefix that destination and source share, for two of IPv6. */
  private static int byPrefix(final Candidate one, final Candidate other) {
    final boolean six =
        one.source instanceof Inet6Address
            && other.source instanceof Inet6Address
            && one.address instanceof Inet6Address
            && other.address instanceof Inet6Address;
    return six ? Integer.compare(shared(other), shared(one)) : 0;
  }

  private static int shared(final Candidate each) {
    final byte[] one = each.address.getAddress();
    final byte[] other = each.source.getAddress();
    for (int i = 0; i < 8; i++) { // the interface's part does not count
      final int differing = (one[i] ^ other[i]) & 0xff;
      if (differing != 0) {
        return i * 8 + Integer.numberOfLeadingZeros(differing) - 24;
      }
    }
    return 64;
  }

  private static Policy policy(final InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return MAPPED;
    }
    final byte[] bytes = address.getAddress();
    for (final Policy each : TABLE) {
      if (matches(bytes, each)) {
        return each;
      }
    }
    return ANY;
  }

  private static boolean matches(final byte[] bytes, final Policy policy) {
    for (int i = 0; i < policy.length; i += 8) {
      final int bits = Math.min(8, policy.length - i);
      final int mask = (0xff << (8 - bits)) & 0xff;
      if (((bytes[i / 8] ^ policy.prefix[i / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int scope(final InetAddress address) {
    if (address.isMulticastAddress() && address instanceof Inet6Address) {
      return address.getAddress()[1] & 0xf;
    }
    if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
      return LINK;
    }
    return address instanceof Inet6Address && address.isSiteLocalAddress() ? SITE : GLOBAL;
  }

  private static byte[] sixteen(final InetAddress address) {
    return address.getAddress();
  }
}
