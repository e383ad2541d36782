package org.jevent.http;

import java.util.Objects;
import java.util.function.Function;

/**
 * What the conditions of a request say about what it asks for (RFC 9110, section 13.2.2): {@code
 * If-Match} before {@code If-Unmodified-Since}, then {@code If-None-Match} before {@code
 * If-Modified-Since}, and {@code If-Range} apart.
 */
public enum Conditions {
  /** The request is answered as without them. */
  PASSED,

  /** The client has it already: status 304. */
  NOT_MODIFIED,

  /** It is not what the client takes it for: status 412. */
  FAILED;

  /**
   * Judges the conditions of a request.
   *
   * @param etag the entity tag of what is there, with its quotes, or null
   * @param modified when it has changed last, in seconds since 1970, or {@link HttpDate#INVALID}
   * @throws IllegalArgumentException if {@code etag} is none
   */
  public static Conditions of(final HttpExchange exchange, final String etag, final long modified) {
    Objects.requireNonNull(exchange, "exchange");
    if (etag != null && !ETag.isOne(etag)) {
      throw new IllegalArgumentException("not an entity tag: " + etag);
    }
    final String method = exchange.method();
    return of(
        method.equals("GET") || method.equals("HEAD"),
        name -> value(exchange, name),
        etag,
        modified);
  }

  /** The value of all fields of a name, or null. */
  static String value(final HttpExchange exchange, final String name) {
    return exchange.header(name) == null ? null : String.join(", ", exchange.headers().all(name));
  }

  static Conditions of(
      final boolean reads,
      final Function<String, String> fields,
      final String etag,
      final long modified) {
    final String match = fields.apply("if-match");
    if (match != null) {
      if (!ETag.isIn(match, etag, false)) {
        return FAILED;
      }
    } else {
      final long until = HttpDate.parse(fields.apply("if-unmodified-since"));
      if (until != HttpDate.INVALID && modified != HttpDate.INVALID && modified > until) {
        return FAILED;
      }
    }
    final String noneMatch = fields.apply("if-none-match");
    if (noneMatch != null) {
      return !ETag.isIn(noneMatch, etag, true) ? PASSED : reads ? NOT_MODIFIED : FAILED;
    }
    final long since = reads ? HttpDate.parse(fields.apply("if-modified-since")) : HttpDate.INVALID;
    final boolean older =
        since != HttpDate.INVALID && modified != HttpDate.INVALID && modified <= since;
    return older ? NOT_MODIFIED : PASSED;
  }

  /**
   * Whether ranges may be answered with a part: the field {@code If-Range} is missing, or names
   * what is there. A date does so only if nothing can have changed within its second.
   *
   * @param now seconds since 1970
   */
  static boolean allowRange(
      final String ifRange, final String etag, final long modified, final long now) {
    if (ifRange == null) {
      return true;
    }
    final String text = ifRange.strip();
    if (text.startsWith("\"") || ETag.isWeak(text)) {
      return etag != null && ETag.isOne(text) && ETag.isIn(text, etag, false);
    }
    return modified != HttpDate.INVALID && modified == HttpDate.parse(text, now) && modified < now;
  }
}
