package org.jevent.tls;

import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jevent.tls.TlsError.Kind;

/** Says what an exception of a provider means. */
final class Failures {
  private static final int MAX_CAUSES = 16;

  private Failures() {}

  /**
   * What an engine's exception means.
   *
   * @param alertSent the number of the alert that has left, or -1: it is not known
   */
  static TlsError of(final Exception thrown, final int alertSent, final boolean shakingHands) {
    final String message = String.valueOf(thrown.getMessage());
    final String received = Alerts.received(message);
    if (received != null && thrown instanceof SSLException) {
      return new TlsError(Kind.ALERT_RECEIVED, received, true, thrown);
    }
    final String sent = alertSent >= 0 ? Alerts.name(alertSent) : Alerts.sent(message);
    return new TlsError(kind(thrown, shakingHands), sent, false, thrown);
  }

  private static Kind kind(final Exception thrown, final boolean shakingHands) {
    final CertificateException refused = certificate(thrown);
    if (refused != null) {
      return isOfHost(String.valueOf(refused.getMessage())) ? Kind.HOSTNAME : Kind.CERTIFICATE;
    }
    return shakingHands ? Kind.HANDSHAKE : Kind.ALERT_SENT;
  }

  private static CertificateException certificate(final Exception thrown) {
    Throwable cause = thrown;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof CertificateException found) {
        return found;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** In the words of the JDK's checker of names, which has no separate exception for them. */
  private static boolean isOfHost(final String message) {
    return message.startsWith("No subject alternative")
        || message.startsWith("No name matching")
        || message.startsWith("Illegal given domain name")
        || message.contains("subject alternative DNS name");
  }
}
