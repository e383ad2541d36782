package org.jevent.net;

/** IPv6 addresses as text: what {@code inet_pton} reads, and the canonical form of RFC 5952. */
final class Ipv6 {
  private static final int GROUPS = 8;

  private Ipv6() {}

  /** The sixteen bytes, or null if it is no such address. */
  static byte[] parse(final String text) {
    final int gap = text.indexOf("::");
    if (gap < 0) {
      final int[] groups = groups(text);
      return groups == null || groups.length != GROUPS ? null : bytes(groups, new int[0]);
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return null;
    }
    final String before = text.substring(0, gap);
    final int[] head = before.indexOf('.') >= 0 ? null : groups(before);
    final int[] tail = groups(text.substring(gap + 2));
    if (head == null || tail == null || head.length + tail.length >= GROUPS) {
      return null;
    }
    return bytes(head, tail);
  }

  private static byte[] bytes(final int[] head, final int[] tail) {
    final byte[] bytes = new byte[2 * GROUPS];
    for (int i = 0; i < head.length; i++) {
      put(bytes, i, head[i]);
    }
    for (int i = 0; i < tail.length; i++) {
      put(bytes, GROUPS - tail.length + i, tail[i]);
    }
    return bytes;
  }

  private static void put(final byte[] bytes, final int group, final int value) {
    bytes[2 * group] = (byte) (value >> 8);
    bytes[2 * group + 1] = (byte) value;
  }

  /**
   * The groups of a part without a gap, of which the last two may be an IPv4 address; null if there
   * is a mistake.
   */
  private static int[] groups(final String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    final String[] parts = text.split(":", -1);
    final byte[] four = Ipv4.parse(parts[parts.length - 1]);
    final int[] groups = new int[parts.length + (four == null ? 0 : 1)];
    for (int i = 0; i < parts.length - (four == null ? 0 : 1); i++) {
      groups[i] = group(parts[i]);
      if (groups[i] < 0) {
        return null;
      }
    }
    if (four != null) {
      groups[groups.length - 2] = (four[0] & 0xff) << 8 | (four[1] & 0xff);
      groups[groups.length - 1] = (four[2] & 0xff) << 8 | (four[3] & 0xff);
    }
    return groups;
  }

  private static int group(final String digits) {
    if (digits.isEmpty() || digits.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      final char letter = digits.charAt(i);
      final int digit = letter < 128 ? Character.digit(letter, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * 16 + digit;
    }
    return value;
  }

  /**
   * Lower case, without leading zeros, the longest run of at least two zero groups as {@code ::}.
   */
  static String format(final byte[] bytes) {
    final int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int gap = -1;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      final int run = zeros(groups, i);
      if (run > gapLength) {
        gap = i;
        gapLength = run;
      }
    }
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static int zeros(final int[] groups, final int from) {
    int at = from;
    while (at < GROUPS && groups[at] == 0) {
      at++;
    }
    return at - from;
  }
}
