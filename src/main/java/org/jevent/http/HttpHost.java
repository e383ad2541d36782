package org.jevent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The handlers of a virtual host; libevent's {@code evhttp_add_virtual_host}. A server is the host
 * of all names that no other host has. Belongs to the loop's thread.
 */
public class HttpHost {
  private final Routes routes = new Routes();
  private final List<String> patterns = new ArrayList<>();
  private final List<HttpHost> hosts = new ArrayList<>();
  private Routes.Route fallback;

  HttpHost(final String pattern) {
    if (pattern != null) {
      patterns.add(checked(pattern));
    }
  }

  private static String checked(final String pattern) {
    Objects.requireNonNull(pattern, "pattern");
    final boolean literal = pattern.startsWith("[") && pattern.endsWith("]");
    if (pattern.isEmpty() || (pattern.contains(":") && !literal)) {
      throw new IllegalArgumentException("no name of a host without a port: " + pattern);
    }
    return pattern.toLowerCase(Locale.ROOT);
  }

  /**
   * Serves a path; {@code evhttp_set_cb}. A path that ends with a slash serves all paths below it
   * as well; the longest one wins, and exactly the same path before all. Paths are compared
   * decoded. {@code *} serves {@code OPTIONS *}. HEAD is served by what serves GET.
   *
   * @param methods those that are served, others get 405; without any those of the server
   * @throws IllegalArgumentException if the path has a handler, or does not begin with a slash
   */
  public HttpHost handle(final String path, final HttpHandler handler, final String... methods) {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(methods, "methods");
    routes.add(
        path, new Routes.Route(Objects.requireNonNull(handler, "handler"), List.of(methods)));
    return this;
  }

  /** Serves a path no longer; whether it was served. {@code evhttp_del_cb}. */
  public boolean unhandle(final String path) {
    return routes.remove(path);
  }

  /** Serves what no path serves, null for status 404; {@code evhttp_set_gencb}. */
  public HttpHost fallback(final HttpHandler handler) {
    fallback = handler == null ? null : new Routes.Route(handler, List.of());
    return this;
  }

  /**
   * A host below this one. The first one whose name matches is asked, and then those below it.
   *
   * @param pattern a name in which {@code *} stands for any characters
   */
  public HttpHost host(final String pattern) {
    final HttpHost made = new HttpHost(Objects.requireNonNull(pattern, "pattern"));
    hosts.add(made);
    return made;
  }

  /** Removes a host; {@code evhttp_remove_virtual_host}. */
  public boolean removeHost(final HttpHost host) {
    Objects.requireNonNull(host, "host");
    return hosts.remove(host);
  }

  /** Another name, or pattern, of this host; {@code evhttp_add_server_alias}. */
  public HttpHost alias(final String pattern) {
    patterns.add(checked(pattern));
    return this;
  }

  public boolean removeAlias(final String pattern) {
    return patterns.remove(checked(pattern));
  }

  /** The host of an authority, which may have a port and a final dot. */
  HttpHost find(final String authority) {
    if (authority == null || hosts.isEmpty()) {
      return this;
    }
    return named(nameOf(authority));
  }

  private HttpHost named(final String name) {
    for (final HttpHost each : hosts) {
      if (each.isNamed(name)) {
        return each.named(name);
      }
    }
    for (final HttpHost each : hosts) {
      final HttpHost deeper = each.named(name);
      if (deeper != each) {
        return deeper;
      }
    }
    return this;
  }

  private boolean isNamed(final String name) {
    for (final String each : patterns) {
      if (matches(each, name)) {
        return true;
      }
    }
    return false;
  }

  /** Without the port and the final dot, in lower case. */
  private static String nameOf(final String authority) {
    int end = authority.length();
    final int colon = authority.lastIndexOf(':');
    if (colon >= 0 && authority.indexOf(']', colon) < 0) {
      end = colon;
    }
    if (end > 1 && authority.charAt(end - 1) == '.') {
      end--;
    }
    return authority.substring(0, end).toLowerCase(Locale.ROOT);
  }

  /** Whether a name matches a pattern with stars, in a time of at most their product. */
  static boolean matches(final String pattern, final String name) {
    int at = 0;
    int place = 0;
    int star = -1;
    int retry = 0;
    while (place < name.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        retry = place;
      } else if (at < pattern.length() && pattern.charAt(at) == name.charAt(place)) {
        at++;
        place++;
      } else if (star >= 0) {
        at = star + 1;
        place = ++retry;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  /** What serves a path, or null. */
  Routes.Route route(final String path) {
    final Routes.Route found = path == null ? null : routes.find(path);
    return found != null ? found : fallback;
  }
}
