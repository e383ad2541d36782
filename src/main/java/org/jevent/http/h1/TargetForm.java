package org.jevent.http.h1;

/** The form of a request target: RFC 9112, 3.2. */
public enum TargetForm {
  /** A path, and perhaps a query. */
  ORIGIN,

  /** A URI with its scheme and authority, as proxies get it. */
  ABSOLUTE,

  /** A host and a port, of CONNECT only. */
  AUTHORITY,

  /** "*", of OPTIONS only. */
  ASTERISK
}
