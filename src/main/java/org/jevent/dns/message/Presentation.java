package org.jevent.dns.message;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Bytes as text in the form of zone files (RFC 1035, section 5.1). */
final class Presentation {
  private Presentation() {}

  /** Appends a byte, escaped if it is no visible letter of ASCII or one of {@code special}. */
  static void append(final StringBuilder text, final byte value, final String special) {
    final int letter = value & 0xff;
    if (letter <= ' ' || letter >= 0x7f) {
      text.append('\\').append(String.format(Locale.ROOT, "%03d", letter));
    } else {
      if (special.indexOf(letter) >= 0) {
        text.append('\\');
      }
      text.append((char) letter);
    }
  }

  /** A string in quotation marks. */
  static String quoted(final byte[] bytes) {
    final StringBuilder text = new StringBuilder(bytes.length + 2).append('"');
    for (final byte each : bytes) {
      if (each == ' ') {
        text.append(' ');
      } else {
        append(text, each, "\"\\");
      }
    }
    return text.append('"').toString();
  }

  /** Data of an unknown kind (RFC 3597). */
  static String generic(final byte[] bytes) {
    final String hex = HexFormat.of().formatHex(bytes);
    return bytes.length == 0 ? "\\# 0" : "\\# " + bytes.length + " " + hex;
  }

  static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
