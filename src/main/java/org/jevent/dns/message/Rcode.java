package org.jevent.dns.message;

import java.util.Map;
import org.jevent.internal.engine.Arguments;

/**
 * What a reply says about the question, of 12 bits; also those that have no constant here.
 *
 * @param code 0 to 4,095
 */
public record Rcode(int code) {
  private static final int MAX_CODE = 0xfff;

  public static final Rcode NOERROR = new Rcode(0);
  public static final Rcode FORMERR = new Rcode(1);
  public static final Rcode SERVFAIL = new Rcode(2);
  public static final Rcode NXDOMAIN = new Rcode(3);
  public static final Rcode NOTIMP = new Rcode(4);
  public static final Rcode REFUSED = new Rcode(5);
  public static final Rcode BADVERS = new Rcode(16);
  public static final Rcode BADCOOKIE = new Rcode(23);

  private static final Map<Integer, String> NAMES =
      Map.of(
          NOERROR.code, "NOERROR",
          FORMERR.code, "FORMERR",
          SERVFAIL.code, "SERVFAIL",
          NXDOMAIN.code, "NXDOMAIN",
          NOTIMP.code, "NOTIMP",
          REFUSED.code, "REFUSED",
          BADVERS.code, "BADVERS",
          BADCOOKIE.code, "BADCOOKIE");

  public Rcode {
    Arguments.within("code", code, 0, MAX_CODE);
  }

  /** The constant of a code, where there is one. */
  static Rcode of(final int code) {
    return switch (code) {
      case 0 -> NOERROR;
      case 2 -> SERVFAIL;
      case 3 -> NXDOMAIN;
      default -> new Rcode(code);
    };
  }

  @Override
  public String toString() {
    return NAMES.getOrDefault(code, "RCODE" + code);
  }
}
