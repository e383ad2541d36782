package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;

/** The methods whose text is shared: RFC 9110, 9.3, RFC 5789, RFC 4918 and some extensions. */
final class Methods {
  private static final String[] KNOWN = {
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "CONNECT",
    "TRACE",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
    "QUERY",
    "REPORT",
    "SEARCH"
  };

  private Methods() {}

  /** The text of these bytes, which are those of a token. */
  static String of(final byte[] bytes, final int from, final int to) {
    for (final String known : KNOWN) {
      if (Chars.equal(bytes, from, to, known)) {
        return known;
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
