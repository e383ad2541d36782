package org.jevent.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jevent.buffer.EventBuffer;

/**
 * The names and values of a query or of a form's body, in order; {@code evhttp_parse_query_str}.
 * Names may repeat and may be empty. There are at most {@value #MAX_PAIRS}, which are searched one
 * after the other, so that no choice of names makes a search slow. Not for several threads at once.
 */
public final class HttpQuery {
  /** How many pairs there may be. */
  public static final int MAX_PAIRS = 1024;

  private final NameValues pairs = new NameValues();

  /** No pairs. */
  public HttpQuery() {}

  /**
   * Reads a query without its question mark, as browsers do: a pair without {@code =} has an empty
   * value, and nothing between two {@code &} is no pair; {@code EVHTTP_URI_QUERY_NONCONFORMANT}.
   * {@code +} is a blank, {@code %XX} is a byte of UTF-8.
   *
   * @param query null: no pairs
   * @throws IllegalArgumentException if there are more than {@value #MAX_PAIRS}
   */
  public static HttpQuery parse(final String query) {
    return new HttpQuery().addAll(query == null ? "" : query, false);
  }

  /**
   * As {@link #parse}, but each pair must have a name and {@code =}; {@code
   * evhttp_parse_query_str}.
   *
   * @throws IllegalArgumentException if one does not, or there are more than {@value #MAX_PAIRS}
   */
  public static HttpQuery parseStrict(final String query) {
    return new HttpQuery().addAll(query == null ? "" : query, true);
  }

  /**
   * Reads the body of a form, {@code application/x-www-form-urlencoded}, and takes it out of the
   * buffer.
   *
   * @throws IllegalArgumentException if there are more than {@value #MAX_PAIRS} pairs, or more than
   *     2 GiB
   */
  public static HttpQuery parseForm(final EventBuffer body) {
    final long length = Objects.requireNonNull(body, "body").length();
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("a form of " + length + " bytes is too large");
    }
    final byte[] bytes = new byte[(int) length];
    body.remove(bytes);
    return parse(new String(bytes, StandardCharsets.UTF_8));
  }

  private HttpQuery addAll(final String query, final boolean strict) {
    int at = 0;
    while (at < query.length()) {
      final int sign = query.indexOf('&', at);
      final int end = sign < 0 ? query.length() : sign;
      addPair(query, at, end, strict);
      at = end + 1;
    }
    return this;
  }

  private void addPair(final String query, final int at, final int end, final boolean strict) {
    int sign = at;
    while (sign < end && query.charAt(sign) != '=') { // not beyond, or all pairs would search all
      sign++;
    }
    final boolean complete = sign < end;
    if (strict && (!complete || sign == at)) {
      throw new IllegalArgumentException(
          "query: the pair at " + at + " has no " + (complete ? "name" : "="));
    }
    if (at < end) {
      final String name = HttpUri.decodeForm(query.substring(at, sign));
      add(name, complete ? HttpUri.decodeForm(query.substring(sign + 1, end)) : "");
    }
  }

  /**
   * Appends a pair.
   *
   * @throws IllegalArgumentException if there are {@value #MAX_PAIRS} already
   */
  public HttpQuery add(final String name, final String value) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    if (pairs.size() == MAX_PAIRS) {
      throw new IllegalArgumentException("query: more than " + MAX_PAIRS + " pairs");
    }
    pairs.add(name, value);
    return this;
  }

  /** How many pairs there are. */
  public int size() {
    return pairs.size();
  }

  public boolean isEmpty() {
    return pairs.size() == 0;
  }

  /**
   * The name of a pair.
   *
   * @param index from 0, in the order of the text
   */
  public String name(final int index) {
    return pairs.name(index);
  }

  /**
   * The value of a pair.
   *
   * @param index from 0, in the order of the text
   */
  public String value(final int index) {
    return pairs.value(index);
  }

  public boolean contains(final String name) {
    return pairs.contains(name);
  }

  /** The value of the first pair of that name, or null. Case matters. */
  public String first(final String name) {
    return pairs.first(name);
  }

  /** The value of the last pair of that name, or null; {@code EVHTTP_URI_QUERY_LAST_VAL}. */
  public String last(final String name) {
    return pairs.last(name);
  }

  /** The values of all pairs of that name, in order. */
  public List<String> all(final String name) {
    return pairs.all(name);
  }

  /** Names and values, in order. */
  public void forEach(final BiConsumer<String, String> visitor) {
    pairs.forEach(visitor);
  }

  /** The text of a query or of a form's body, which {@link #parseStrict} reads. */
  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder();
    forEach(
        (name, value) ->
            text.append(text.length() == 0 ? "" : "&")
                .append(HttpUri.encodeForm(name))
                .append('=')
                .append(HttpUri.encodeForm(value)));
    return text.toString();
  }
}
