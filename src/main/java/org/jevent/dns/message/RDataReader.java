package org.jevent.dns.message;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Reads the data of a record, which fills its length exactly. */
final class RDataReader {
  private RDataReader() {}

  /** The address of 4 or 16 bytes. One of IPv4 within IPv6 stays one of IPv6. */
  static InetAddress address(final byte[] bytes) {
    try {
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes)
          : Inet6Address.getByAddress(null, bytes, -1);
    } catch (final UnknownHostException e) {
      throw new IllegalStateException(e); // the length is one of the two
    }
  }

  static RData read(final WireReader in, final DnsType type, final int dnsClass, final int length) {
    in.limit(length);
    final RData data = dnsClass == DnsRecord.IN ? known(in, type) : other(in, type);
    in.endOfLimit();
    return data;
  }

  private static RData other(final WireReader in, final DnsType type) {
    return type.equals(DnsType.TXT) ? text(in) : new RData.Raw(in.rest());
  }

  private static RData known(final WireReader in, final DnsType type) {
    return switch (type.code()) {
      case 1 -> new RData.Address(address(in.take(4)));
      case 28 -> new RData.Address(address(in.take(16)));
      case 2, 5, 12 -> new RData.Name(in.name());
      case 39 -> new RData.Name(in.plainName());
      case 6 ->
          new RData.Soa(in.name(), in.name(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
      case 15 -> new RData.Mx(in.u16(), in.name());
      case 16 -> text(in);
      case 33 -> new RData.Srv(in.u16(), in.u16(), in.u16(), in.name());
      case 64, 65 -> service(in);
      case 257 -> authority(in);
      default -> new RData.Raw(in.rest());
    };
  }

  private static RData text(final WireReader in) {
    final List<RData.Bytes> strings = new ArrayList<>(1);
    while (in.remaining() > 0) {
      strings.add(in.string());
    }
    if (strings.isEmpty()) {
      throw in.malformed("TXT without a string");
    }
    return new RData.Txt(strings);
  }

  private static RData authority(final WireReader in) {
    final int flags = in.u8();
    final byte[] tag = in.string().array();
    for (final byte letter : tag) {
      final int lower = DnsName.lower(letter);
      if (!(lower >= 'a' && lower <= 'z') && !(lower >= '0' && lower <= '9')) {
        throw in.malformed("CAA with a tag that is no word");
      }
    }
    if (tag.length == 0) {
      throw in.malformed("CAA without a tag");
    }
    return new RData.Caa(flags, RData.Bytes.keep(tag).text(), in.rest());
  }

  private static RData service(final WireReader in) {
    final int priority = in.u16();
    final DnsName target = in.plainName();
    final TreeMap<Integer, RData.Bytes> parameters = new TreeMap<>();
    int last = -1;
    while (in.remaining() > 0) {
      final int key = in.u16();
      if (key <= last) {
        throw in.malformed("SVCB with key " + key + " after " + last);
      }
      last = key;
      parameters.put(key, RData.Bytes.keep(in.take(in.u16())));
    }
    return new RData.Svcb(priority, target, parameters);
  }
}
