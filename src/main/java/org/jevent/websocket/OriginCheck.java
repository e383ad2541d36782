package org.jevent.websocket;

import org.jevent.http.HttpExchange;
import org.jevent.http.HttpUri;
import org.jevent.tls.Tls;

/**
 * Decides whether a page of some origin may open a WebSocket. Browsers send cookies along, whatever
 * page asks: without this check any page could talk to the server in its visitor's name. Programs
 * that are no browsers send no origin.
 */
@FunctionalInterface
public interface OriginCheck {
  /**
   * Accepts pages of the same host and port, and requests without an origin. Over TLS it accepts
   * pages of https only; without TLS also those, as a proxy may have it.
   */
  OriginCheck SAME_HOST =
      (origin, exchange) ->
          origin == null || isSame(origin, exchange.authority(), isSecure(exchange));

  /** Accepts all. Use it only where nothing depends on who the user is. */
  OriginCheck ANY = (origin, exchange) -> true;

  /**
   * Whether to accept; called in the loop's thread, and what it throws refuses.
   *
   * @param origin such as {@code https://example.com}, or null
   */
  boolean accepts(String origin, HttpExchange exchange);

  private static boolean isSecure(final HttpExchange exchange) {
    return "https".equals(exchange.scheme()) || Tls.of(exchange.connection().stream()) != null;
  }

  private static boolean isSame(final String origin, final String authority, final boolean secure) {
    if (authority == null) {
      return false;
    }
    try {
      final HttpUri page = HttpUri.parse(origin);
      if (!"https".equals(page.scheme()) && (secure || !"http".equals(page.scheme()))) {
        return false; // a page that anybody on the way can forge, or another kind of page
      }
      final HttpUri here = HttpUri.parse(page.scheme() + "://" + authority);
      return page.host() != null
          && page.host().equalsIgnoreCase(here.host())
          && page.portOrDefault() == here.portOrDefault();
    } catch (final IllegalArgumentException e) {
      return false; // such as "null" of a page without an origin
    }
  }
}
