package org.jevent.tls;

import java.util.Locale;
import java.util.Map;

/** The names of alerts, by their numbers and in the words of providers. */
final class Alerts {
  static final int UNEXPECTED_MESSAGE = 10;
  static final int RECORD_OVERFLOW = 22;
  static final int DECODE_ERROR = 50;
  static final int INTERNAL_ERROR = 80;
  static final int UNRECOGNIZED_NAME = 112;
  static final int NO_APPLICATION_PROTOCOL = 120;
  private static final String PEER = "Received fatal alert: ";
  private static final String BORING_PEER = "TLSV1_ALERT_";
  private static final String BORING_OLD_PEER = "SSLV3_ALERT_";

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0, "close_notify"),
          Map.entry(UNEXPECTED_MESSAGE, "unexpected_message"),
          Map.entry(20, "bad_record_mac"),
          Map.entry(RECORD_OVERFLOW, "record_overflow"),
          Map.entry(40, "handshake_failure"),
          Map.entry(42, "bad_certificate"),
          Map.entry(43, "unsupported_certificate"),
          Map.entry(44, "certificate_revoked"),
          Map.entry(45, "certificate_expired"),
          Map.entry(46, "certificate_unknown"),
          Map.entry(47, "illegal_parameter"),
          Map.entry(48, "unknown_ca"),
          Map.entry(49, "access_denied"),
          Map.entry(DECODE_ERROR, "decode_error"),
          Map.entry(51, "decrypt_error"),
          Map.entry(70, "protocol_version"),
          Map.entry(71, "insufficient_security"),
          Map.entry(INTERNAL_ERROR, "internal_error"),
          Map.entry(86, "inappropriate_fallback"),
          Map.entry(90, "user_canceled"),
          Map.entry(100, "no_renegotiation"),
          Map.entry(109, "missing_extension"),
          Map.entry(110, "unsupported_extension"),
          Map.entry(UNRECOGNIZED_NAME, "unrecognized_name"),
          Map.entry(113, "bad_certificate_status_response"),
          Map.entry(115, "unknown_psk_identity"),
          Map.entry(116, "certificate_required"),
          Map.entry(NO_APPLICATION_PROTOCOL, "no_application_protocol"));

  private Alerts() {}

  /** The name of a number, or null. */
  static String name(final int number) {
    return NAMES.get(number);
  }

  /** The name in what the JDK says of the alert it sends, since version 25: {@code (name) text}. */
  static String sent(final String message) {
    final int end = message.startsWith("(") ? message.indexOf(')') : -1;
    return end < 0 ? null : known(message.substring(1, end));
  }

  /** The name in what a provider says of the peer's alert, or null when it says nothing of one. */
  static String received(final String message) {
    final int at = message.indexOf(PEER);
    if (at >= 0) {
      return message.substring(at + PEER.length()).trim();
    }
    final int old = message.indexOf(BORING_OLD_PEER);
    final int from = old >= 0 ? old : message.indexOf(BORING_PEER);
    if (from < 0) {
      return null;
    }
    int end = from + BORING_PEER.length();
    while (end < message.length() && isWord(message.charAt(end))) {
      end++;
    }
    return message.substring(from + BORING_PEER.length(), end).toLowerCase(Locale.ROOT);
  }

  private static boolean isWord(final char c) {
    return c == '_' || (c >= 'A' && c <= 'Z');
  }

  private static String known(final String name) {
    return NAMES.containsValue(name) ? name : null;
  }
}
