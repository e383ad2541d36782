package org.jevent.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which handler serves which path. */
final class Routes {
  /**
   * What serves a path.
   *
   * @param methods those that it serves; empty for those of the server
   */
  record Route(HttpHandler handler, List<String> methods) {}

  private final Map<String, Route> exact = new HashMap<>();
  private final Map<String, Route> below = new HashMap<>();
  private String lastPath;
  private Route lastRoute;

  private static void check(final String path) {
    Objects.requireNonNull(path, "path");
    if (!path.startsWith("/") && !path.equals("*")) {
      throw new IllegalArgumentException("a path begins with a slash: " + path);
    }
  }

  private Map<String, Route> kind(final String path) {
    return path.endsWith("/") ? below : exact;
  }

  /** A path that ends with a slash serves all paths below it as well. */
  void add(final String path, final Route route) {
    check(path);
    if (kind(path).putIfAbsent(path, route) != null) {
      throw new IllegalArgumentException("there is a handler for " + path + " already");
    }
    lastPath = null;
  }

  /** Whether there was a handler. */
  boolean remove(final String path) {
    check(path);
    lastPath = null;
    return kind(path).remove(path) != null;
  }

  /** The route of exactly this path, else of the longest one that it is below, else null. */
  Route find(final String path) {
    if (path.equals(lastPath)) {
      return lastRoute;
    }
    Route found = exact.get(path);
    if (found == null && !below.isEmpty()) {
      for (int end = path.lastIndexOf('/'); end >= 0 && found == null; ) {
        found = below.get(path.substring(0, end + 1));
        end = end == 0 ? -1 : path.lastIndexOf('/', end - 1);
      }
    }
    lastPath = path;
    lastRoute = found;
    return found;
  }
}
