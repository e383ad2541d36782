package org.jevent.dns.message;

import java.util.List;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/**
 * The extension of a message (RFC 6891): its OPT record, but for the rcode.
 *
 * @param udpSize the largest datagram that the sender takes, 0 to 65,535
 * @param version 0, the only one there is
 * @param dnssecOk DNSSEC's records are wanted
 */
public record Edns(int udpSize, int version, boolean dnssecOk, List<Option> options) {
  /** Who serves: of RFC 5001. */
  public static final int NSID = 3;

  /** Against forged replies: of RFC 7873. */
  public static final int COOKIE = 10;

  /** Fills a message up: of RFC 7830. */
  public static final int PADDING = 12;

  /**
   * An option.
   *
   * @param code 0 to 65,535
   */
  public record Option(int code, RData.Bytes data) {
    public Option {
      Arguments.within("code", code, 0, RData.MAX_16);
      Objects.requireNonNull(data, "data");
    }
  }

  public Edns {
    Arguments.within("udpSize", udpSize, 0, RData.MAX_16);
    Arguments.within("version", version, 0, 255);
    options = List.copyOf(Objects.requireNonNull(options, "options"));
  }

  /** Version 0 without options. */
  public Edns(final int udpSize) {
    this(udpSize, 0, false, List.of());
  }

  /** The data of the first option of this code, or null. */
  public RData.Bytes option(final int code) {
    for (final Option each : options) {
      if (each.code == code) {
        return each.data;
      }
    }
    return null;
  }
}
