package org.jevent.tls;

/** Whether a server asks its clients for certificates. */
public enum ClientAuth {
  /** It does not. */
  NONE,

  /** It does; a client without one is accepted, a client with a wrong one is not. */
  OPTIONAL,

  /** Only clients with a certificate that is trusted are accepted. */
  REQUIRED
}
