package org.jevent.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Which handler serves which path. */
final class Routes {
  /**
   * What serves a path.
   *
   * @param methods those that it serves; empty for those of the server
   */
  record Route(HttpHandler handler, List<String> methods) {}

  /**
   * What serves all paths that begin so.
   *
   * @param wider the longest other one that this begins with, or null
   */
  private record Prefix(String path, Route route, Prefix wider) {
    /** This or the longest wider one that a path begins with, or null. */
    Prefix of(final String wanted) {
      Prefix each = this;
      while (each != null && !wanted.startsWith(each.path)) {
        each = each.wider;
      }
      return each;
    }
  }

  private final Map<String, Route> exact = new HashMap<>();
  private final TreeMap<String, Route> below = new TreeMap<>();

  /** Those below, each with the wider one. */
  private final TreeMap<String, Prefix> prefixes = new TreeMap<>();

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
    changed();
  }

  /** Whether there was a handler. */
  boolean remove(final String path) {
    check(path);
    final boolean removed = kind(path).remove(path) != null;
    changed();
    return removed;
  }

  private void changed() {
    lastPath = null;
    prefixes.clear();
    Prefix before = null;
    for (final Map.Entry<String, Route> each : below.entrySet()) {
      final Prefix wider = before == null ? null : before.of(each.getKey());
      before = new Prefix(each.getKey(), each.getValue(), wider);
      prefixes.put(each.getKey(), before);
    }
  }

  /** The route of exactly this path, else of the longest one that it is below, else null. */
  Route find(final String path) {
    if (path.equals(lastPath)) {
      return lastRoute;
    }
    Route found = exact.get(path);
    if (found == null) {
      found = findBelow(path);
    }
    lastPath = path;
    lastRoute = found;
    return found;
  }

  /** What a path begins with is not behind it in the order, and all between begin with it, too. */
  private Route findBelow(final String path) {
    final String nearest = prefixes.floorKey(path);
    final Prefix found = nearest == null ? null : prefixes.get(nearest).of(path);
    return found == null ? null : found.route;
  }
}
