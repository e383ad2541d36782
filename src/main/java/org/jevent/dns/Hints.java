package org.jevent.dns;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jevent.internal.engine.Arguments;

/**
 * What an address look-up is for; {@code struct addrinfo} as hints.
 *
 * @param family which addresses are wanted
 * @param port 0 to 65,535, for the socket addresses of the result
 * @param flags as those of {@code getaddrinfo}
 */
public record Hints(Family family, int port, Set<Flag> flags) {
  /** A version of IP, or both. */
  public enum Family {
    /** Both. */
    UNSPEC,
    /** IPv4. */
    INET,
    /** IPv6. */
    INET6
  }

  /** The flags of {@code getaddrinfo}. */
  public enum Flag {
    /** Without a host, the wildcard addresses: for listening. */
    PASSIVE,
    /** The host is an address; no name is looked up. */
    NUMERICHOST,
    /** Only families of which this machine has an address that leads somewhere. */
    ADDRCONFIG,
    /**
     * Where IPv6 is wanted and there is none, IPv4 addresses in the form {@code ::ffff:1.2.3.4}.
     */
    V4MAPPED,
    /** With {@link #V4MAPPED}, both. */
    ALL,
    /** The name as it is, without the domains of the search. */
    NO_SEARCH,
    /** The servers are asked, whatever the cache has. */
    NO_CACHE
  }

  /** Both families, port 0, no flags. */
  public static final Hints UNSPEC = new Hints(Family.UNSPEC, 0, Set.of());

  private static final int MAX_PORT = 65_535;

  public Hints {
    Objects.requireNonNull(family, "family");
    flags = Set.copyOf(Objects.requireNonNull(flags, "flags"));
    Arguments.within("port", port, 0, MAX_PORT);
  }

  public Hints family(final Family next) {
    return new Hints(Objects.requireNonNull(next, "next"), port, flags);
  }

  public Hints port(final int next) {
    Arguments.within("next", next, 0, MAX_PORT);
    return new Hints(family, next, flags);
  }

  /** With one more flag. */
  public Hints with(final Flag flag) {
    final Set<Flag> more = EnumSet.of(Objects.requireNonNull(flag, "flag"));
    more.addAll(flags);
    return new Hints(family, port, more);
  }

  boolean has(final Flag flag) {
    return flags.contains(flag);
  }
}
