package org.jevent.http;

import java.util.Locale;
import org.jevent.internal.engine.Arguments;
import org.jevent.net.Addresses;

/** Takes the text of a URI apart, and checks each part. */
final class UriReader {
  private static final String UNIX = "unix:";
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PORT_DIGITS = 10;

  /** What a message shows of a text that is refused. */
  private static final int SHOWN = 200;

  private final String text;
  private final HttpUri.Mode mode;

  private String scheme;
  private String userInfo;
  private String host;
  private String unixPath;
  private int port = -1;
  private int at;

  UriReader(final String text, final HttpUri.Mode mode) {
    this.text = text;
    this.mode = mode;
  }

  HttpUri read() {
    final int first = firstOf(":/?#", 0);
    if (first < text.length() && text.charAt(first) == ':') {
      scheme = checkScheme(text.substring(0, first));
      at = first + 1;
    }
    if (text.startsWith("//", at)) {
      at += 2;
      if (!mode.takesUnix() || !readUnix()) {
        readAuthority();
      }
    }
    final int pathEnd = firstOf("?#", at);
    final String path = checkPath(text.substring(at, pathEnd), mode);
    final int hash = text.indexOf('#', pathEnd);
    final int queryEnd = hash < 0 ? text.length() : hash;
    final String query =
        pathEnd == queryEnd
            ? null
            : checkQuery("query", text.substring(pathEnd + 1, queryEnd), mode);
    final String fragment =
        hash < 0 ? null : checkQuery("fragment", text.substring(hash + 1), mode);
    return new HttpUri(mode, scheme, userInfo, host, port, unixPath, path, query, fragment);
  }

  private int firstOf(final String ends, final int from) {
    int i = from;
    while (i < text.length() && ends.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  private void readAuthority() {
    final int end = firstOf("/?#", at);
    final String authority = text.substring(at, end);
    final int sign = authority.lastIndexOf('@');
    if (sign >= 0) {
      userInfo = checkUserInfo(authority.substring(0, sign));
    }
    final String place = authority.substring(sign + 1);
    final int colon = place.indexOf(':', place.lastIndexOf(']') + 1);
    host = checkHost(colon < 0 ? place : place.substring(0, colon));
    port = colon < 0 ? -1 : port(place.substring(colon + 1));
    at = end;
  }

  /** {@code unix:} and the path of a socket, up to the next colon. */
  private boolean readUnix() {
    final int sign = text.indexOf('@', at);
    final boolean named = sign >= 0 && sign < firstOf("/?#", at);
    final int from = named ? sign + 1 : at;
    if (!text.startsWith(UNIX, from)) {
      return false;
    }
    final int begin = from + UNIX.length();
    final int end = text.indexOf(':', begin);
    if (end < 0) {
      throw refused(text, "no colon ends the path of the socket");
    }
    if (named) {
      userInfo = checkUserInfo(text.substring(at, sign));
    }
    unixPath = checkUnixPath(text.substring(begin, end));
    host = "";
    at = end + 1;
    if (at < text.length() && "/?#".indexOf(text.charAt(at)) < 0) {
      throw refused(text, "a path behind that of the socket begins with a slash");
    }
    return true;
  }

  /** An empty one is as none. */
  private int port(final String digits) {
    if (digits.isEmpty()) {
      return -1;
    }
    long port = 0;
    for (int i = 0; i < digits.length(); i++) {
      if (!UriText.isDigit(digits.charAt(i)) || i >= MAX_PORT_DIGITS) {
        throw refused(text, "the port is not a number of 0.." + MAX_PORT);
      }
      port = port * 10 + digits.charAt(i) - '0';
    }
    if (port > MAX_PORT) {
      throw refused(text, "the port is not a number of 0.." + MAX_PORT);
    }
    return (int) port;
  }

  // ---- the parts, also when a program sets them ----

  static IllegalArgumentException refused(final String text, final String why) {
    final String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    final StringBuilder printable = new StringBuilder(shown.length());
    for (int i = 0; i < shown.length(); i++) {
      final char letter = shown.charAt(i);
      if (letter < ' ' || letter == 0x7f) {
        printable.append(String.format(Locale.ROOT, "\\x%02x", (int) letter));
      } else {
        printable.append(letter);
      }
    }
    return new IllegalArgumentException("URI \"" + printable + "\": " + why);
  }

  static String checkScheme(final String scheme) {
    if (!UriText.isScheme(scheme)) {
      throw refused(scheme, "what stands before the colon is not a scheme");
    }
    return scheme.toLowerCase(Locale.ROOT);
  }

  static String checkUserInfo(final String userInfo) {
    if (!UriText.isUserInfo(userInfo)) {
      throw refused(userInfo, "not what a URI may say of a user");
    }
    return userInfo;
  }

  static String checkHost(final String host) {
    if (host.startsWith("[") ? !isBracketed(host) : !UriText.isName(host)) {
      throw refused(host, "not a host");
    }
    return host;
  }

  private static boolean isBracketed(final String host) {
    if (!host.endsWith("]")) {
      return false;
    }
    final String inner = host.substring(1, host.length() - 1);
    if (inner.startsWith("v") || inner.startsWith("V")) {
      final int dot = inner.indexOf('.');
      return dot > 1
          && inner.substring(1, dot).chars().allMatch(digit -> UriText.hex((char) digit) >= 0)
          && UriText.isFuture(inner.substring(dot + 1));
    }
    if (inner.indexOf('%') >= 0 || inner.indexOf(']') >= 0) {
      return false;
    }
    try {
      Addresses.parse(host);
      return true;
    } catch (final IllegalArgumentException e) {
      return false;
    }
  }

  static int checkPort(final int port) {
    return Arguments.within("port", port, -1, MAX_PORT);
  }

  static String checkUnixPath(final String path) {
    if (path.isEmpty() || path.indexOf(':') >= 0 || isBroken(path)) {
      throw refused(path, "not the path of a socket: empty, or with a colon, a NUL or a line end");
    }
    return path;
  }

  static String checkPath(final String path, final HttpUri.Mode mode) {
    final boolean allowed =
        mode.isStrict()
            ? UriText.isPath(path)
            : path.indexOf('?') < 0 && path.indexOf('#') < 0 && !isBroken(path);
    if (!allowed) {
      throw refused(path, "not a path");
    }
    return path;
  }

  static String checkQuery(final String name, final String query, final HttpUri.Mode mode) {
    final boolean allowed =
        mode.isStrict()
            ? UriText.isQuery(query)
            : !isBroken(query) && (name.equals("fragment") || query.indexOf('#') < 0);
    if (!allowed) {
      throw refused(query, "not a " + name);
    }
    return query;
  }

  /** What no mode takes, as it would end a line of a request or a string of the system. */
  private static boolean isBroken(final String part) {
    return part.indexOf('\r') >= 0 || part.indexOf('\n') >= 0 || part.indexOf('\0') >= 0;
  }
}
