package org.jevent.tls;

import java.util.Objects;

/**
 * Why a TLS connection has failed.
 *
 * @param kind what has happened
 * @param alert the alert's name as RFC 8446 has it, such as {@code unknown_ca}; null: there was
 *     none, or its name is not known
 * @param fromPeer whether the peer has found it and sent the alert
 * @param cause what the provider has thrown, or null
 */
public record TlsError(Kind kind, String alert, boolean fromPeer, Exception cause) {
  /** What has happened. */
  public enum Kind {
    /** The connection has ended without the peer's {@code close_notify}: bytes may be missing. */
    TRUNCATED,

    /** The peer does not speak TLS. */
    NOT_TLS,

    /** This end has found a fault and has sent an alert. */
    ALERT_SENT,

    /** The peer has sent a fatal alert. */
    ALERT_RECEIVED,

    /** The peer's certificate is not trusted. */
    CERTIFICATE,

    /** The certificate is another host's, or the host to compare with is not known. */
    HOSTNAME,

    /** A record is longer than any may be. */
    RECORD_OVERFLOW,

    /** The peer has sent more records than any use has for them. */
    FLOOD,

    /** The peer wanted to negotiate again, which is refused. */
    RENEGOTIATION,

    /** The handshake has failed for another reason. */
    HANDSHAKE
  }

  /** Checks the arguments. */
  public TlsError {
    Objects.requireNonNull(kind, "kind");
  }

  /** For people: kind, alert and the provider's words. */
  @Override
  public String toString() {
    return kind
        + (alert == null ? "" : (fromPeer ? ", the peer's alert " : ", alert ") + alert)
        + (cause == null ? "" : ": " + cause.getMessage());
  }
}
