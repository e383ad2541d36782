package org.jevent.dns.message;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jevent.internal.engine.Arguments;

/**
 * The type of a record or of a question, of 16 bits; also those that have no constant here.
 *
 * @param code 0 to 65,535
 */
public record DnsType(int code) {
  private static final int MAX_CODE = 0xffff;

  public static final DnsType A = new DnsType(1);
  public static final DnsType NS = new DnsType(2);
  public static final DnsType CNAME = new DnsType(5);
  public static final DnsType SOA = new DnsType(6);
  public static final DnsType PTR = new DnsType(12);
  public static final DnsType HINFO = new DnsType(13);
  public static final DnsType MX = new DnsType(15);
  public static final DnsType TXT = new DnsType(16);
  public static final DnsType AAAA = new DnsType(28);
  public static final DnsType SRV = new DnsType(33);
  public static final DnsType NAPTR = new DnsType(35);
  public static final DnsType DNAME = new DnsType(39);
  public static final DnsType OPT = new DnsType(41);
  public static final DnsType DS = new DnsType(43);
  public static final DnsType RRSIG = new DnsType(46);
  public static final DnsType NSEC = new DnsType(47);
  public static final DnsType DNSKEY = new DnsType(48);
  public static final DnsType TLSA = new DnsType(52);
  public static final DnsType SVCB = new DnsType(64);
  public static final DnsType HTTPS = new DnsType(65);
  public static final DnsType IXFR = new DnsType(251);
  public static final DnsType AXFR = new DnsType(252);
  public static final DnsType ANY = new DnsType(255);
  public static final DnsType CAA = new DnsType(257);

  private static final String GENERIC = "TYPE";

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(A.code, "A"),
          Map.entry(NS.code, "NS"),
          Map.entry(CNAME.code, "CNAME"),
          Map.entry(SOA.code, "SOA"),
          Map.entry(PTR.code, "PTR"),
          Map.entry(HINFO.code, "HINFO"),
          Map.entry(MX.code, "MX"),
          Map.entry(TXT.code, "TXT"),
          Map.entry(AAAA.code, "AAAA"),
          Map.entry(SRV.code, "SRV"),
          Map.entry(NAPTR.code, "NAPTR"),
          Map.entry(DNAME.code, "DNAME"),
          Map.entry(OPT.code, "OPT"),
          Map.entry(DS.code, "DS"),
          Map.entry(RRSIG.code, "RRSIG"),
          Map.entry(NSEC.code, "NSEC"),
          Map.entry(DNSKEY.code, "DNSKEY"),
          Map.entry(TLSA.code, "TLSA"),
          Map.entry(SVCB.code, "SVCB"),
          Map.entry(HTTPS.code, "HTTPS"),
          Map.entry(IXFR.code, "IXFR"),
          Map.entry(AXFR.code, "AXFR"),
          Map.entry(ANY.code, "ANY"),
          Map.entry(CAA.code, "CAA"));

  private static final Map<String, DnsType> BY_NAME =
      NAMES.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getValue, entry -> new DnsType(entry.getKey())));

  public DnsType {
    Arguments.within("code", code, 0, MAX_CODE);
  }

  /** The constant of a code, where there is one: common types make no object. */
  static DnsType of(final int code) {
    return switch (code) {
      case 1 -> A;
      case 2 -> NS;
      case 5 -> CNAME;
      case 6 -> SOA;
      case 12 -> PTR;
      case 15 -> MX;
      case 16 -> TXT;
      case 28 -> AAAA;
      case 33 -> SRV;
      case 41 -> OPT;
      default -> new DnsType(code);
    };
  }

  /**
   * The type of a name such as {@code MX} or {@code TYPE65} (RFC 3597), in any case.
   *
   * @throws IllegalArgumentException if there is no such type
   */
  public static DnsType parse(final String text) {
    final String upper = Objects.requireNonNull(text, "text").toUpperCase(Locale.ROOT);
    final DnsType known = BY_NAME.get(upper);
    if (known != null) {
      return known;
    }
    final String digits = upper.startsWith(GENERIC) ? upper.substring(GENERIC.length()) : "";
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("\"" + text + "\" is no type of records");
    }
    return new DnsType(Integer.parseInt(digits));
  }

  /** A type that asks for something else than records of that type: ANY, AXFR, OPT and others. */
  public boolean isMeta() {
    return code == OPT.code || (code >= 128 && code <= ANY.code);
  }

  static Stream<String> names() {
    return NAMES.values().stream();
  }

  /** The name, or {@code TYPE} with the code. */
  @Override
  public String toString() {
    return NAMES.getOrDefault(code, GENERIC + code);
  }
}
