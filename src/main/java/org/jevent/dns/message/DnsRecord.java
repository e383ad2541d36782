package org.jevent.dns.message;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * A resource record.
 *
 * @param dnsClass 1 is IN, the Internet; of 16 bits
 * @param ttl seconds for which it may be kept, 0 to 2,147,483,647
 * @param data of the type that {@code type} says
 */
public record DnsRecord(DnsName name, DnsType type, int dnsClass, int ttl, RData data) {
  /** The class of the Internet. */
  public static final int IN = 1;

  /** The class CHAOS, of questions about servers. */
  public static final int CH = 3;

  /** Any class, in questions. */
  public static final int ANY = 255;

  public DnsRecord {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(data, "data");
    requireClass(dnsClass);
    Arguments.within("ttl", ttl, 0, Integer.MAX_VALUE);
    final boolean fits =
        switch (type.code()) {
          case 1 -> data instanceof RData.Address a && a.address() instanceof Inet4Address;
          case 28 -> data instanceof RData.Address a && a.address() instanceof Inet6Address;
          case 2, 5, 12, 39 -> data instanceof RData.Name;
          case 6 -> data instanceof RData.Soa;
          case 15 -> data instanceof RData.Mx;
          case 16 -> data instanceof RData.Txt;
          case 33 -> data instanceof RData.Srv;
          case 64, 65 -> data instanceof RData.Svcb;
          case 257 -> data instanceof RData.Caa;
          case 41 -> false;
          default -> data instanceof RData.Raw;
        };
    // Another class, or data of length 0 in an update, has its own form.
    if (!fits && !(data instanceof RData.Raw && (dnsClass != IN || type.code() == 41))) {
      throw new IllegalArgumentException(data + " is no data of type " + type);
    }
  }

  static void requireClass(final int dnsClass) {
    Arguments.within("dnsClass", dnsClass, 0, RData.MAX_16);
  }

  static String className(final int dnsClass) {
    return switch (dnsClass) {
      case IN -> "IN";
      case CH -> "CH";
      case 4 -> "HS";
      case ANY -> "ANY";
      default -> "CLASS" + dnsClass;
    };
  }

  /** Of class IN. */
  public static DnsRecord of(
      final DnsName name, final DnsType type, final int ttl, final RData data) {
    return new DnsRecord(name, type, IN, ttl, data);
  }

  /** A record of type A or AAAA. */
  public static DnsRecord address(final DnsName name, final int ttl, final InetAddress address) {
    final DnsType type =
        Objects.requireNonNull(address, "address") instanceof Inet4Address
            ? DnsType.A
            : DnsType.AAAA;
    return of(name, type, ttl, new RData.Address(address));
  }

  public static DnsRecord cname(final DnsName name, final int ttl, final DnsName target) {
    return of(name, DnsType.CNAME, ttl, new RData.Name(Objects.requireNonNull(target, "target")));
  }

  public static DnsRecord ptr(final DnsName name, final int ttl, final DnsName target) {
    return of(name, DnsType.PTR, ttl, new RData.Name(Objects.requireNonNull(target, "target")));
  }

  public static DnsRecord ns(final DnsName name, final int ttl, final DnsName server) {
    return of(name, DnsType.NS, ttl, new RData.Name(Objects.requireNonNull(server, "server")));
  }

  /** Each string at most 255 bytes in UTF-8. */
  public static DnsRecord txt(final DnsName name, final int ttl, final String... strings) {
    return of(name, DnsType.TXT, ttl, RData.Txt.of(strings));
  }

  /** The same with another time to live. */
  public DnsRecord withTtl(final int seconds) {
    Arguments.within("seconds", seconds, 0, Integer.MAX_VALUE);
    return seconds == ttl ? this : new DnsRecord(name, type, dnsClass, seconds, data);
  }

  /** The same with another owner. */
  public DnsRecord withName(final DnsName owner) {
    return new DnsRecord(Objects.requireNonNull(owner, "owner"), type, dnsClass, ttl, data);
  }

  /** The address of a record of type A or AAAA, else null. */
  public InetAddress address() {
    return data instanceof RData.Address found ? found.address() : null;
  }

  /** The target of a CNAME, NS, PTR or DNAME, else null. */
  public DnsName target() {
    return data instanceof RData.Name found ? found.name() : null;
  }

  /** A line of a zone file. */
  @Override
  public String toString() {
    final String owner = name.isRoot() ? "." : name + ".";
    return owner + " " + ttl + " " + className(dnsClass) + " " + type + " " + data;
  }
}
