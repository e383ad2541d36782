package org.jevent.http.h1;

/**
 * A host and perhaps a port: RFC 3986, 3.2.2 and 3.2.3, without userinfo. Escapes are those of
 * bytes beyond ASCII only, so that none hides a delimiter.
 */
final class Authority {
  /** The port is not given. */
  static final int NO_PORT = -1;

  private static final int MAX_PORT = 65_535;
  private static final String OTHER_CHARACTERS = "-._~!$&'()*+;=";

  private byte[] bytes;
  private int from;
  private int hostTo;
  private int port;

  /** Whether these bytes are a host that is not empty, and perhaps a colon and a port. */
  boolean read(final byte[] source, final int first, final int end) {
    bytes = source;
    from = first;
    hostTo = first < end && source[first] == '[' ? literal(end) : name(end);
    if (hostTo <= from) {
      return false;
    }
    return port(end);
  }

  /** Where a literal address ends, behind its bracket; or -1. */
  private int literal(final int end) {
    int at = from + 1;
    while (at < end && bytes[at] != ']') {
      at++;
    }
    return at < end && Ipv6.isAddress(bytes, from + 1, at) ? at + 1 : -1;
  }

  private int name(final int end) {
    int at = from;
    while (at < end && bytes[at] != ':') {
      final byte value = bytes[at];
      if (value == '%') {
        if (!isEscapeBeyondAscii(at, end)) {
          return -1;
        }
        at += 3;
      } else if (Chars.isLetter(value)
          || Chars.isDigit(value)
          || OTHER_CHARACTERS.indexOf(value) >= 0) {
        at++;
      } else {
        return -1;
      }
    }
    return at;
  }

  private boolean isEscapeBeyondAscii(final int at, final int end) {
    return end - at >= 3 && Chars.hex(bytes[at + 1]) >= 8 && Chars.hex(bytes[at + 2]) >= 0;
  }

  private boolean port(final int end) {
    port = NO_PORT;
    if (hostTo == end) {
      return true;
    }
    if (bytes[hostTo] != ':') {
      return false;
    }
    for (int at = hostTo + 1; at < end; at++) {
      if (!Chars.isDigit(bytes[at])) {
        return false;
      }
      port = 10 * Math.max(port, 0) + bytes[at] - '0';
      if (port > MAX_PORT) {
        return false;
      }
    }
    return true;
  }

  boolean hasPort() {
    return port != NO_PORT;
  }

  /** Whether both name the same: the case of a host does not matter, nor a port that is implied. */
  boolean isSame(final Authority other, final int impliedPort) {
    final int count = hostTo - from;
    if (count != other.hostTo - other.from || port(impliedPort, this) != port(impliedPort, other)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (Chars.lower(bytes[from + i]) != Chars.lower(other.bytes[other.from + i])) {
        return false;
      }
    }
    return true;
  }

  private static int port(final int impliedPort, final Authority authority) {
    return authority.hasPort() ? authority.port : impliedPort;
  }

  /** Refers to no array any more. */
  void clear() {
    bytes = null;
  }
}
