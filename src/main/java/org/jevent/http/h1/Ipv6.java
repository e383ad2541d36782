package org.jevent.http.h1;

/** Whether bytes are the text of an IPv6 address: RFC 4291, 2.2, without a zone. */
final class Ipv6 {
  private static final int GROUPS = 8;
  private static final int MAX_GROUP_DIGITS = 4;
  private static final int IPV4_NUMBERS = 4;
  private static final int MAX_IPV4_NUMBER = 255;

  private Ipv6() {}

  static boolean isAddress(final byte[] bytes, final int from, final int to) {
    int at = from;
    int groups = 0;
    boolean gap = false;
    if (isGap(bytes, at, to)) {
      gap = true;
      at += 2;
    }
    while (at < to) {
      final int begin = at;
      while (at < to && Chars.hex(bytes[at]) >= 0) {
        at++;
      }
      if (at < to && bytes[at] == '.') {
        groups += 2;
        return isIpv4(bytes, begin, to) && (gap ? groups < GROUPS : groups == GROUPS);
      }
      if (at == begin || at - begin > MAX_GROUP_DIGITS || ++groups > GROUPS) {
        return false;
      }
      if (at == to) {
        break;
      }
      if (isGap(bytes, at, to)) {
        if (gap) {
          return false;
        }
        gap = true;
        at += 2;
      } else if (bytes[at] == ':' && at + 1 < to) {
        at++;
      } else {
        return false;
      }
    }
    return gap ? groups < GROUPS : groups == GROUPS;
  }

  private static boolean isGap(final byte[] bytes, final int at, final int to) {
    return to - at >= 2 && bytes[at] == ':' && bytes[at + 1] == ':';
  }

  private static boolean isIpv4(final byte[] bytes, final int from, final int to) {
    int at = from;
    for (int i = 0; i < IPV4_NUMBERS; i++) {
      if (i > 0 && (at == to || bytes[at++] != '.')) {
        return false;
      }
      int number = 0;
      final int begin = at;
      while (at < to && Chars.isDigit(bytes[at]) && number <= MAX_IPV4_NUMBER) {
        number = 10 * number + bytes[at++] - '0';
      }
      final boolean leadingZero = at - begin > 1 && bytes[begin] == '0';
      if (at == begin || number > MAX_IPV4_NUMBER || leadingZero) {
        return false;
      }
    }
    return at == to;
  }
}
