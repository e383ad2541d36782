package org.jevent.net;

/** IPv4 addresses as text: four decimal numbers, as {@code inet_pton} reads them. */
final class Ipv4 {
  private Ipv4() {}

  /** The four bytes, or null if it is no such address. */
  static byte[] parse(final String text) {
    final String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return null;
    }
    final byte[] bytes = new byte[4];
    for (int i = 0; i < 4; i++) {
      final int value = number(parts[i]);
      if (value < 0) {
        return null;
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static int number(final String digits) {
    if (digits.isEmpty()
        || digits.length() > 3
        || (digits.length() > 1 && digits.charAt(0) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      final int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value > 255 ? -1 : value;
  }
}
