package org.jevent.dns;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;

/**
 * The records of one zone, as the handler of a server: aliases within the zone are followed,
 * wildcards stand for names that are not there, and the SOA record goes with what is absent. For
 * tests and small uses: there are no transfers, no signatures and no delegations.
 *
 * <p>It does not change any more once a server uses it.
 */
public final class DnsZone implements DnsHandler {
  private static final int MAX_CHAIN = 16;
  private static final DnsName WILDCARD = DnsName.parse("*");

  private final DnsName origin;
  private final Map<DnsName, Map<DnsType, List<DnsRecord>>> names = new HashMap<>();

  /** Names without records that others are below. */
  private final Set<DnsName> parents = new HashSet<>();

  /**
   * An empty one.
   *
   * @param origin the name that all its names are within
   */
  public DnsZone(final DnsName origin) {
    this.origin = Objects.requireNonNull(origin, "origin");
  }

  /** The name that all its names are within. */
  public DnsName origin() {
    return origin;
  }

  /**
   * Adds a record; one that is there already changes nothing.
   *
   * @throws IllegalArgumentException if its name is not within the zone
   */
  public DnsZone add(final DnsRecord record) {
    Objects.requireNonNull(record, "record");
    if (!record.name().isWithin(origin)) {
      throw new IllegalArgumentException("record " + record + ": not within the zone " + origin);
    }
    final List<DnsRecord> same =
        names
            .computeIfAbsent(record.name(), key -> new HashMap<>())
            .computeIfAbsent(record.type(), key -> new ArrayList<>(1));
    if (!same.contains(record)) {
      same.add(record);
    }
    for (DnsName above = record.name(); !above.equals(origin); above = above.parent()) {
      parents.add(above.parent());
    }
    return this;
  }

  @Override
  public void handle(final DnsServerRequest request) {
    Objects.requireNonNull(request, "request");
    if (!request.name().isWithin(origin)) {
      request.respond(Rcode.REFUSED);
      return;
    }
    request.authoritative(true);
    request.respond(answer(request, request.name(), request.type()));
  }

  private Rcode answer(final DnsServerRequest request, final DnsName asked, final DnsType type) {
    DnsName name = asked;
    final Set<DnsName> seen = new HashSet<>();
    while (seen.add(name) && seen.size() <= MAX_CHAIN) {
      final Map<DnsType, List<DnsRecord>> found = at(name);
      if (found == null) {
        absent(request);
        return parents.contains(name) ? Rcode.NOERROR : Rcode.NXDOMAIN;
      }
      final DnsName owner = name;
      final List<DnsRecord> records = wanted(found, type);
      if (!records.isEmpty()) {
        records.forEach(each -> request.answer(each.withName(owner)));
        return Rcode.NOERROR;
      }
      final List<DnsRecord> aliases = found.get(DnsType.CNAME);
      if (aliases == null) {
        absent(request);
        return Rcode.NOERROR;
      }
      request.answer(aliases.get(0).withName(owner));
      name = aliases.get(0).target();
      if (!name.isWithin(origin)) {
        return Rcode.NOERROR; // the client asks on, elsewhere
      }
    }
    return Rcode.NOERROR;
  }

  /** What ANY asks for is one of the kinds that there are (RFC 8482). */
  private static List<DnsRecord> wanted(
      final Map<DnsType, List<DnsRecord>> found, final DnsType type) {
    return type.equals(DnsType.ANY)
        ? found.values().iterator().next()
        : found.getOrDefault(type, List.of());
  }

  private Map<DnsType, List<DnsRecord>> at(final DnsName name) {
    final Map<DnsType, List<DnsRecord>> own = names.get(name);
    if (own != null || parents.contains(name)) {
      return own;
    }
    for (DnsName above = name; !above.equals(origin); ) {
      above = above.parent();
      if (names.containsKey(above) || parents.contains(above)) {
        return names.get(WILDCARD.below(above)); // of the closest name that is there
      }
    }
    return null;
  }

  private void absent(final DnsServerRequest request) {
    final Map<DnsType, List<DnsRecord>> top = names.get(origin);
    final List<DnsRecord> start = top == null ? null : top.get(DnsType.SOA);
    if (start != null) {
      request.authority(start.get(0));
    }
  }

  @Override
  public String toString() {
    return "zone " + origin;
  }
}
