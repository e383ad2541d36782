package org.jevent.http;

import org.jevent.http.h1.FieldRules;

/** Where a redirect leads, and with which method: RFC 9110, section 15.4. */
final class Redirects {
  private Redirects() {}

  static boolean isRedirect(final int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /** The method of the next request. */
  static String method(final int status, final String method) {
    if (status == 303) {
      return method.equals("HEAD") ? method : "GET";
    }
    return (status == 301 || status == 302) && method.equals("POST") ? "GET" : method;
  }

  /** Whether the next request has the body of this one. */
  static boolean keepsBody(final int status, final String method) {
    return method(status, method).equals(method) && status != 303;
  }

  /**
   * The URI that a field {@code location} names. The fragment is inherited; a user is dropped, and
   * no name of a host leads to a unix socket.
   *
   * @param forSocket whether a WebSocket is asked for: {@code ws} is another name of http then, and
   *     {@code wss} one of https
   * @throws IllegalArgumentException if the client cannot go there, with the reason
   */
  static HttpUri target(final HttpUri from, final String location, final boolean forSocket) {
    final String read = forSocket ? ofHttp(location) : location;
    final HttpUri named = HttpUri.parse(encoded(read), HttpUri.Mode.NONCONFORMANT);
    HttpUri next = from.resolve(named);
    if (next.userInfo() != null) {
      next = next.withUserInfo(null);
    }
    if (next.fragment() == null && from.fragment() != null) {
      next = next.withFragment(from.fragment());
    }
    HttpRequest.requireTarget(next);
    FieldRules.checkTarget(next.target());
    if ("https".equals(from.scheme()) && !"https".equals(next.scheme())) {
      throw new IllegalArgumentException("it leads from https to http");
    }
    return next;
  }

  private static String ofHttp(final String location) {
    final boolean plain = location.regionMatches(true, 0, "ws://", 0, 5);
    return plain || location.regionMatches(true, 0, "wss://", 0, 6)
        ? "http" + location.substring(2)
        : location;
  }

  /** Bytes that are sent as they are, although a URI has none such, become escapes. */
  private static String encoded(final String location) {
    StringBuilder made = null;
    for (int i = 0; i < location.length(); i++) {
      final char c = location.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        if (made == null) {
          made = new StringBuilder(location.length() + 16).append(location, 0, i);
        }
        made.append('%');
        made.append(Character.toUpperCase(Character.forDigit((c >> 4) & 0xf, 16)));
        made.append(Character.toUpperCase(Character.forDigit(c & 0xf, 16)));
      } else if (made != null) {
        made.append(c);
      }
    }
    return made == null ? location : made.toString();
  }
}
