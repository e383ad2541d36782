package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A URI (RFC 3986), or a reference relative to one; {@code evhttp_uri}. It does not change: what
 * sets a part returns another one. Parts are kept as they were written, percent signs included;
 * only the scheme is in lower case.
 *
 * <p>Any thread.
 */
public final class HttpUri {
  /** What is accepted. */
  public enum Mode {
    /** What RFC 3986 allows. */
    STRICT(true, false),

    /**
     * Paths, queries and fragments may have any letters but NUL and those that end a line; {@code
     * EVHTTP_URI_NONCONFORMANT}. A request with such a target is refused, unless the program
     * encodes it.
     */
    NONCONFORMANT(false, false),

    /**
     * As {@link #STRICT}, and a socket's path may take the place of the host: {@code
     * http://unix:/path/of/socket:/path/of/request}; {@code EVHTTP_URI_UNIX_SOCKET}.
     */
    UNIX(true, true),

    /** Both. */
    UNIX_NONCONFORMANT(false, true);

    private final boolean strict;
    private final boolean unix;

    Mode(final boolean strict, final boolean unix) {
      this.strict = strict;
      this.unix = unix;
    }

    boolean isStrict() {
      return strict;
    }

    boolean takesUnix() {
      return unix;
    }
  }

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  private static final HttpUri EMPTY =
      new HttpUri(Mode.STRICT, null, null, null, -1, null, "", null, null);

  private final Mode mode;
  private final String scheme;
  private final String userInfo;
  private final String host;
  private final int port;
  private final String unixPath;
  private final String path;
  private final String query;
  private final String fragment;

  /** Each part is checked already; this checks that they can stand together. */
  HttpUri(
      final Mode mode,
      final String scheme,
      final String userInfo,
      final String host,
      final int port,
      final String unixPath,
      final String path,
      final String query,
      final String fragment) {
    this.mode = mode;
    this.scheme = scheme;
    this.userInfo = userInfo;
    this.host = host;
    this.port = port;
    this.unixPath = unixPath;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
    if (host != null) {
      if (!path.isEmpty() && path.charAt(0) != '/') {
        throw UriReader.refused(path, "a path behind a host begins with a slash");
      }
      if (unixPath != null && port >= 0) {
        throw new IllegalArgumentException("a unix socket has no port");
      }
    } else if (userInfo != null || port >= 0) {
      throw new IllegalArgumentException("a URI with a user or a port needs a host");
    } else if (path.startsWith("//")) {
      throw UriReader.refused(path, "it would be a host, as none is set");
    } else if (scheme == null && hasColonFirst(path)) {
      throw UriReader.refused(path, "it would be a scheme, as none is set");
    }
  }

  private static boolean hasColonFirst(final String path) {
    final int colon = path.indexOf(':');
    final int slash = path.indexOf('/');
    return colon >= 0 && (slash < 0 || colon < slash);
  }

  /**
   * Reads a URI or a relative reference, strictly; {@code evhttp_uri_parse}.
   *
   * @throws IllegalArgumentException if it is none, with the reason
   */
  public static HttpUri parse(final String text) {
    return parse(text, Mode.STRICT);
  }

  /**
   * Reads a URI or a relative reference; {@code evhttp_uri_parse_with_flags}.
   *
   * @throws IllegalArgumentException if it is none, with the reason
   */
  public static HttpUri parse(final String text, final Mode mode) {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(mode, "mode");
    return new UriReader(text, mode).read();
  }

  /** A reference without any part, to set them; {@code evhttp_uri_new}. */
  public static HttpUri empty() {
    return EMPTY;
  }

  // ---- its parts ----

  /** In lower case; null in a relative reference. */
  public String scheme() {
    return scheme;
  }

  /** What stands before the sign {@code @}, or null. */
  public String userInfo() {
    return userInfo;
  }

  /** With the brackets of IPv6; empty if it is so in the text, or a socket has a path; or null. */
  public String host() {
    return host;
  }

  /** The host without brackets; {@code EVHTTP_URI_HOST_STRIP_BRACKETS}. */
  public String hostName() {
    return host == null || !host.startsWith("[") ? host : host.substring(1, host.length() - 1);
  }

  /** 0 to 65,535, or -1 if there is none. */
  public int port() {
    return port;
  }

  /** The port, or else that of the scheme: http, https, ws, wss; else -1. */
  public int portOrDefault() {
    return port >= 0 ? port : defaultPort();
  }

  private int defaultPort() {
    if (scheme == null) {
      return -1;
    }
    return switch (scheme) {
      case "http", "ws" -> HTTP;
      case "https", "wss" -> HTTPS;
      default -> -1;
    };
  }

  /** The path of a unix socket, or null. */
  public String unixPath() {
    return unixPath;
  }

  /** It may be empty. */
  public String path() {
    return path;
  }

  /** What stands behind the question mark, or null. */
  public String query() {
    return query;
  }

  /** What stands behind the number sign, or null. */
  public String fragment() {
    return fragment;
  }

  /**
   * What the field {@code host} of a request says: the host, and the port unless it is the scheme's
   * own. It is {@code localhost} for a unix socket, and null without a host.
   */
  public String authority() {
    if (unixPath != null) {
      return "localhost";
    }
    return host == null || port < 0 || port == defaultPort() ? host : host + ":" + port;
  }

  /** What a request line says: the path, or a slash if it is empty, and the query. */
  public String target() {
    final String rooted = path.isEmpty() ? "/" : path;
    return query == null ? rooted : rooted + "?" + query;
  }

  /**
   * Whether both have a host, and scheme, host, port and socket are the same. The case of letters
   * does not matter.
   */
  public boolean isSameOrigin(final HttpUri other) {
    Objects.requireNonNull(other, "other");
    return host != null
        && other.host != null
        && host.equalsIgnoreCase(other.host)
        && Objects.equals(scheme, other.scheme)
        && portOrDefault() == other.portOrDefault()
        && Objects.equals(unixPath, other.unixPath);
  }

  // ---- setting parts ----

  /**
   * The same with another scheme; null: without one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public HttpUri withScheme(final String other) {
    final String checked = other == null ? null : UriReader.checkScheme(other);
    return new HttpUri(mode, checked, userInfo, host, port, unixPath, path, query, fragment);
  }

  /**
   * The same with another user; null: without one.
   *
   * @throws IllegalArgumentException if a URI cannot have it, or there is no host
   */
  public HttpUri withUserInfo(final String other) {
    final String checked = other == null ? null : UriReader.checkUserInfo(other);
    return new HttpUri(mode, scheme, checked, host, port, unixPath, path, query, fragment);
  }

  /**
   * The same with another host, in place of a socket; null: without one, and without user and port.
   *
   * @param other IPv6 has brackets
   * @throws IllegalArgumentException if it is none, or the path cannot stand behind one
   */
  public HttpUri withHost(final String other) {
    if (other == null) {
      return new HttpUri(mode, scheme, null, null, -1, null, path, query, fragment);
    }
    final String checked = UriReader.checkHost(other);
    return new HttpUri(mode, scheme, userInfo, checked, port, null, path, query, fragment);
  }

  /**
   * The same at another port.
   *
   * @param port 0 to 65,535; -1: without one
   * @throws IllegalArgumentException if it is out of range, or there is no host
   */
  public HttpUri withPort(final int port) {
    UriReader.checkPort(port);
    return new HttpUri(mode, scheme, userInfo, host, port, unixPath, path, query, fragment);
  }

  /**
   * The same with the path of a unix socket in place of the host and its port.
   *
   * @throws IllegalArgumentException if it is empty, or has a colon, a NUL or a line end
   */
  public HttpUri withUnixPath(final String other) {
    Objects.requireNonNull(other, "other");
    final String checked = UriReader.checkUnixPath(other);
    final Mode unix = mode.isStrict() ? Mode.UNIX : Mode.UNIX_NONCONFORMANT;
    return new HttpUri(unix, scheme, userInfo, "", -1, checked, path, query, fragment);
  }

  /**
   * The same with another path; null is an empty one.
   *
   * @throws IllegalArgumentException if it is none, or would be read as another part
   */
  public HttpUri withPath(final String other) {
    final String checked = other == null ? "" : UriReader.checkPath(other, mode);
    return new HttpUri(mode, scheme, userInfo, host, port, unixPath, checked, query, fragment);
  }

  /**
   * The same with another query; null: without one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public HttpUri withQuery(final String other) {
    final String checked = other == null ? null : UriReader.checkQuery("query", other, mode);
    return new HttpUri(mode, scheme, userInfo, host, port, unixPath, path, checked, fragment);
  }

  /**
   * The same with another fragment; null: without one.
   *
   * @throws IllegalArgumentException if it is none
   */
  public HttpUri withFragment(final String other) {
    final String checked = other == null ? null : UriReader.checkQuery("fragment", other, mode);
    return new HttpUri(mode, scheme, userInfo, host, port, unixPath, path, query, checked);
  }

  // ---- references ----

  /**
   * What a reference means where this is the base; RFC 3986, section 5.2.
   *
   * @throws IllegalArgumentException if the text is none in this URI's mode
   */
  public HttpUri resolve(final String reference) {
    return resolve(parse(Objects.requireNonNull(reference, "reference"), mode));
  }

  /** What a reference means where this is the base; RFC 3986, section 5.2. */
  public HttpUri resolve(final HttpUri reference) {
    Objects.requireNonNull(reference, "reference");
    if (reference.scheme != null || reference.host != null) {
      final String named = reference.scheme == null ? scheme : reference.scheme;
      return reference.at(reference, named, UriText.withoutDots(reference.path), reference.query);
    }
    if (reference.path.isEmpty()) {
      return reference.at(this, scheme, path, reference.query == null ? query : reference.query);
    }
    return reference.at(this, scheme, UriText.withoutDots(merged(reference.path)), reference.query);
  }

  private String merged(final String relative) {
    if (relative.startsWith("/")) {
      return relative;
    }
    if (host != null && path.isEmpty()) {
      return "/" + relative;
    }
    return path.substring(0, path.lastIndexOf('/') + 1) + relative;
  }

  /** This fragment and mode, with the authority of {@code place}. */
  private HttpUri at(
      final HttpUri place, final String named, final String merged, final String asked) {
    final boolean strict = mode.isStrict() && place.mode.isStrict();
    final boolean unix = place.unixPath != null || mode.takesUnix();
    final Mode mixed =
        unix
            ? strict ? Mode.UNIX : Mode.UNIX_NONCONFORMANT
            : strict ? Mode.STRICT : Mode.NONCONFORMANT;
    String safe = merged;
    if (place.host == null && merged.startsWith("//")) {
      safe = "/." + merged; // else it would be a host
    } else if (place.host == null && named == null && hasColonFirst(merged)) {
      safe = "./" + merged; // else it would be a scheme
    }
    return new HttpUri(
        mixed,
        named,
        place.userInfo,
        place.host,
        place.port,
        place.unixPath,
        safe,
        asked,
        fragment);
  }

  // ---- escapes ----

  /**
   * Encodes a text as a part of a path or a query: bytes of UTF-8 other than letters, digits and
   * {@code - . _ ~} become {@code %XX}; {@code evhttp_uriencode}.
   */
  public static String encode(final String text) {
    return UriText.encode(
        Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8), false);
  }

  /** As {@link #encode(String)}, of bytes. */
  public static String encode(final byte[] bytes) {
    return UriText.encode(Objects.requireNonNull(bytes, "bytes"), false);
  }

  /** As {@link #encode(String)}, but a blank becomes {@code +}, as forms have it. */
  public static String encodeForm(final String text) {
    return UriText.encode(
        Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8), true);
  }

  /**
   * Decodes {@code %XX}, and the bytes as UTF-8; what is no UTF-8 becomes U+FFFD. A percent sign
   * without two digits stays as it is, and so does a plus; {@code evhttp_uridecode}.
   */
  public static String decode(final String text) {
    return new String(
        UriText.decode(Objects.requireNonNull(text, "text"), false), StandardCharsets.UTF_8);
  }

  /** As {@link #decode}, and a plus becomes a blank, as forms have it. */
  public static String decodeForm(final String text) {
    return new String(
        UriText.decode(Objects.requireNonNull(text, "text"), true), StandardCharsets.UTF_8);
  }

  /** As {@link #decode}, but the bytes themselves. */
  public static byte[] decodeToBytes(final String text) {
    return UriText.decode(Objects.requireNonNull(text, "text"), false);
  }

  // ---- all of it ----

  @Override
  public boolean equals(final Object other) {
    return other instanceof HttpUri uri && toString().equals(uri.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The parts joined; {@code evhttp_uri_join}. A user's password is in it. */
  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder(64);
    if (scheme != null) {
      text.append(scheme).append(':');
    }
    if (host != null) {
      text.append("//");
      if (userInfo != null) {
        text.append(userInfo).append('@');
      }
      if (unixPath != null) {
        text.append("unix:").append(unixPath).append(':');
      } else {
        text.append(host);
      }
      if (port >= 0) {
        text.append(':').append(port);
      }
    }
    text.append(path);
    if (query != null) {
      text.append('?').append(query);
    }
    if (fragment != null) {
      text.append('#').append(fragment);
    }
    return text.toString();
  }
}
