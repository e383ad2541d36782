package org.jevent.dns.message;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jevent.internal.engine.Arguments;
import org.jevent.net.Addresses;

/** The data of a record. Text is in the form of zone files. */
public sealed interface RData {
  /** The largest number of 16 bits. */
  int MAX_16 = 0xffff;

  /** The largest number of 32 bits. */
  long MAX_32 = 0xffff_ffffL;

  /** An address, of type A or AAAA. */
  record Address(InetAddress address) implements RData {
    public Address {
      Objects.requireNonNull(address, "address");
    }

    @Override
    public String toString() {
      if (address instanceof Inet6Address) {
        final String text = Addresses.format(new java.net.InetSocketAddress(address, 0));
        return text.substring(1, text.lastIndexOf(']')).replaceFirst("%.*", "");
      }
      return address.getHostAddress();
    }
  }

  /** Another name: the data of CNAME, NS, PTR and DNAME. */
  record Name(DnsName name) implements RData {
    public Name {
      Objects.requireNonNull(name, "name");
    }

    @Override
    public String toString() {
      return absolute(name);
    }
  }

  /** A host that takes mail. */
  record Mx(int preference, DnsName exchange) implements RData {
    public Mx {
      Arguments.within("preference", preference, 0, MAX_16);
      Objects.requireNonNull(exchange, "exchange");
    }

    @Override
    public String toString() {
      return preference + " " + absolute(exchange);
    }
  }

  /** A service (RFC 2782). */
  record Srv(int priority, int weight, int port, DnsName target) implements RData {
    public Srv {
      Arguments.within("priority", priority, 0, MAX_16);
      Arguments.within("weight", weight, 0, MAX_16);
      Arguments.within("port", port, 0, MAX_16);
      Objects.requireNonNull(target, "target");
    }

    @Override
    public String toString() {
      return priority + " " + weight + " " + port + " " + absolute(target);
    }
  }

  /** The start of a zone; the numbers have 32 bits. */
  record Soa(
      DnsName primary,
      DnsName mailbox,
      long serial,
      long refresh,
      long retry,
      long expire,
      long minimum)
      implements RData {
    public Soa {
      Objects.requireNonNull(primary, "primary");
      Objects.requireNonNull(mailbox, "mailbox");
      Arguments.within("serial", serial, 0, MAX_32);
      Arguments.within("refresh", refresh, 0, MAX_32);
      Arguments.within("retry", retry, 0, MAX_32);
      Arguments.within("expire", expire, 0, MAX_32);
      Arguments.within("minimum", minimum, 0, MAX_32);
    }

    @Override
    public String toString() {
      return String.join(
          " ",
          absolute(primary),
          absolute(mailbox),
          Long.toString(serial),
          Long.toString(refresh),
          Long.toString(retry),
          Long.toString(expire),
          Long.toString(minimum));
    }
  }

  /** Strings of at most 255 bytes. */
  record Txt(List<Bytes> strings) implements RData {
    public Txt {
      strings = List.copyOf(Objects.requireNonNull(strings, "strings"));
      if (strings.isEmpty()) {
        throw new DnsFormatException("TXT without a string");
      }
      for (final Bytes each : strings) {
        if (each.length() > 255) {
          throw new DnsFormatException("TXT with a string of " + each.length() + " bytes");
        }
      }
    }

    /** Of text in UTF-8. */
    public static Txt of(final String... strings) {
      return new Txt(
          Arrays.stream(Objects.requireNonNull(strings, "strings")).map(Bytes::utf8).toList());
    }

    /** All strings one after the other, as UTF-8. */
    public String text() {
      return strings.stream().map(Bytes::text).collect(Collectors.joining());
    }

    @Override
    public String toString() {
      return strings.stream()
          .map(each -> Presentation.quoted(each.bytes))
          .collect(Collectors.joining(" "));
    }
  }

  /** Who may issue certificates (RFC 8659). */
  record Caa(int flags, String tag, Bytes value) implements RData {
    public Caa {
      Arguments.within("flags", flags, 0, 255);
      Objects.requireNonNull(tag, "tag");
      if (!tag.matches("[A-Za-z0-9]{1,255}")) {
        throw new DnsFormatException("CAA with the tag \"" + tag + "\", which is no word");
      }
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return flags + " " + tag + " " + Presentation.quoted(value.bytes);
    }
  }

  /**
   * How to reach a service (RFC 9460): the data of SVCB and HTTPS.
   *
   * @param parameters values by their keys
   */
  record Svcb(int priority, DnsName target, SortedMap<Integer, Bytes> parameters) implements RData {
    public Svcb {
      Arguments.within("priority", priority, 0, MAX_16);
      Objects.requireNonNull(target, "target");
      final TreeMap<Integer, Bytes> copy =
          new TreeMap<>(Objects.requireNonNull(parameters, "parameters"));
      copy.keySet().forEach(key -> Arguments.within("key", key, 0, MAX_16));
      parameters = Collections.unmodifiableSortedMap(copy);
    }

    @Override
    public String toString() {
      final StringBuilder text = new StringBuilder(priority + " " + absolute(target));
      for (final Map.Entry<Integer, Bytes> each : parameters.entrySet()) {
        text.append(" key").append(each.getKey());
        if (each.getValue().length() > 0) {
          text.append('=').append(Presentation.quoted(each.getValue().bytes));
        }
      }
      return text.toString();
    }
  }

  /** Data of a type that is not known here. */
  record Raw(Bytes bytes) implements RData {
    public Raw {
      Objects.requireNonNull(bytes, "bytes");
    }

    @Override
    public String toString() {
      return Presentation.generic(bytes.bytes);
    }
  }

  /** Bytes that do not change. */
  final class Bytes {
    private final byte[] bytes;

    private Bytes(final byte[] bytes) {
      this.bytes = bytes;
    }

    /** A copy of them. */
    public static Bytes of(final byte... bytes) {
      return new Bytes(Objects.requireNonNull(bytes, "bytes").clone());
    }

    public static Bytes utf8(final String text) {
      return new Bytes(Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8));
    }

    static Bytes keep(final byte[] bytes) {
      return new Bytes(bytes);
    }

    public int length() {
      return bytes.length;
    }

    /** A copy of them. */
    public byte[] toArray() {
      return bytes.clone();
    }

    byte[] array() {
      return bytes;
    }

    /** As UTF-8. */
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(final Object other) {
      return other instanceof Bytes same && Arrays.equals(bytes, same.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return Presentation.quoted(bytes);
    }
  }

  private static String absolute(final DnsName name) {
    return name.isRoot() ? "." : name + ".";
  }
}
