package org.jevent.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jevent.http.h1.FieldRules;

/** The methods of a server: which it knows, and which its handlers get. */
final class HttpMethods {
  /** libevent's, and those of RFC 9110, 4918, 3253 and 5789. */
  private static final Set<String> KNOWN =
      Set.of(
          "GET",
          "POST",
          "HEAD",
          "PUT",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "CONNECT",
          "PATCH",
          "PROPFIND",
          "PROPPATCH",
          "MKCOL",
          "LOCK",
          "UNLOCK",
          "COPY",
          "MOVE");

  private Set<String> allowed = checked("GET", "POST", "PUT", "DELETE", "HEAD");

  private static Set<String> checked(final String... names) {
    for (final String each : names) {
      FieldRules.checkToken("a method", each);
    }
    return new LinkedHashSet<>(List.of(names));
  }

  void allow(final String... names) {
    allowed = checked(names);
  }

  /** Whether it is a method that the server has heard of. */
  boolean isKnown(final Routes.Route route, final String method) {
    return KNOWN.contains(method) || allows(route, method);
  }

  /** Whether the handlers, or that of the route, get it. */
  boolean allows(final Routes.Route route, final String method) {
    if (route == null || route.methods().isEmpty()) {
      return allowed.contains(method) || (method.equals("HEAD") && allowed.contains("GET"));
    }
    return route.methods().contains(method)
        || (method.equals("HEAD") && route.methods().contains("GET"));
  }

  /** The value of {@code Allow}. */
  String allowed(final Routes.Route route) {
    final List<String> names =
        new ArrayList<>(route == null || route.methods().isEmpty() ? allowed : route.methods());
    if (names.contains("GET") && !names.contains("HEAD")) {
      names.add("HEAD");
    }
    if (!names.contains("OPTIONS")) {
      names.add("OPTIONS");
    }
    return String.join(", ", names);
  }

  /** {@code Allow} alone. */
  HttpHeaders allowField() {
    return new HttpHeaders().add("Allow", allowed(null));
  }
}
