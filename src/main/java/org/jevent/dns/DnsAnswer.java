package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;

/**
 * What a look-up has found.
 *
 * @param question the name that was found, after the search, and the type
 * @param records those of the type, of {@link #canonicalName}; not empty
 * @param chain the CNAME records from the question to the records, in their order
 * @param authentic the servers say that the data and the chain are authentic, and {@code trust-ad}
 *     believes it
 * @param partial the records are those of a datagram that was cut, as TCP was not possible
 * @param source where it came from
 * @param server the server that has answered, or null
 */
public record DnsAnswer(
    DnsQuestion question,
    List<DnsRecord> records,
    List<DnsRecord> chain,
    boolean authentic,
    boolean partial,
    Source source,
    InetSocketAddress server) {
  /** Where an answer comes from. */
  public enum Source {
    /** The name is an address, or of this machine. */
    ITSELF,
    /** The file of hosts. */
    HOSTS,
    /** An earlier reply. */
    CACHE,
    /** An earlier reply whose time is over, as the servers fail (RFC 8767). */
    STALE,
    /** A name server, just now. */
    SERVER
  }

  public DnsAnswer {
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(source, "source");
    records = List.copyOf(Objects.requireNonNull(records, "records"));
    chain = List.copyOf(Objects.requireNonNull(chain, "chain"));
  }

  /** The name at the end of the chain. */
  public DnsName canonicalName() {
    return chain.isEmpty() ? question.name() : chain.get(chain.size() - 1).target();
  }

  /** Seconds for which all of it may be kept. */
  public int ttl() {
    int least = Integer.MAX_VALUE;
    for (final DnsRecord each : chain) {
      least = Math.min(least, each.ttl());
    }
    for (final DnsRecord each : records) {
      least = Math.min(least, each.ttl());
    }
    return least;
  }

  /** The addresses of records of type A or AAAA. */
  public List<InetAddress> addresses() {
    final List<InetAddress> found = new ArrayList<>(records.size());
    for (final DnsRecord each : records) {
      if (each.address() != null) {
        found.add(each.address());
      }
    }
    return Collections.unmodifiableList(found);
  }

  DnsAnswer with(final List<DnsRecord> next) {
    return next.size() == records.size()
        ? this
        : new DnsAnswer(question, next, chain, authentic, partial, source, server);
  }

  DnsAnswer from(final Source next) {
    return new DnsAnswer(question, records, chain, authentic, partial, next, server);
  }
}
