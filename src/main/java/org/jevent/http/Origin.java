package org.jevent.http;

import java.util.Locale;

/**
 * What a connection goes to: calls with an equal one share connections.
 *
 * @param secure over TLS
 * @param host in lower case, without brackets; of the proxy if {@code absolute}
 * @param port of the host
 * @param unixPath of a socket in place of host and port, or null
 * @param proxy through which a tunnel leads, or which gets absolute targets; null: none
 * @param absolute requests go to the proxy with absolute targets, whatever their host
 */
record Origin(
    boolean secure, String host, int port, String unixPath, HttpUri proxy, boolean absolute) {
  /**
   * @param tunnel requests need a stream of the host itself also over a proxy
   */
  static Origin of(final HttpUri uri, final HttpUri proxy, final boolean tunnel) {
    final boolean secure = "https".equals(uri.scheme());
    if (uri.unixPath() != null) {
      return new Origin(secure, "localhost", 0, uri.unixPath(), null, false);
    }
    if (proxy != null && !secure && !tunnel) {
      return new Origin(false, name(proxy), proxy.portOrDefault(), null, proxy, true);
    }
    return new Origin(secure, name(uri), uri.portOrDefault(), null, proxy, false);
  }

  private static String name(final HttpUri uri) {
    return uri.hostName().toLowerCase(Locale.ROOT);
  }

  /** A connection begins with CONNECT. */
  boolean isTunnel() {
    return proxy != null && !absolute;
  }

  /** The host that the socket connects to. */
  String connectHost() {
    return isTunnel() ? name(proxy) : host;
  }

  int connectPort() {
    return isTunnel() ? proxy.portOrDefault() : port;
  }

  /** The target of CONNECT. */
  String tunnelTarget() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** For messages. */
  @Override
  public String toString() {
    if (unixPath != null) {
      return "unix:" + unixPath;
    }
    final String end = connectHost() + ":" + connectPort();
    return proxy == null
        ? end
        : isTunnel() ? tunnelTarget() + " by the proxy " + end : "the proxy " + end;
  }

  /** A URI for messages: without a user, whose password belongs in no log. */
  static String text(final HttpUri uri) {
    return (uri.userInfo() == null ? uri : uri.withUserInfo(null)).toString();
  }
}
