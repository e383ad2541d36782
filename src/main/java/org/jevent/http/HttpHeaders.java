package org.jevent.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jevent.http.h1.FieldReader;
import org.jevent.http.h1.FieldRules;
import org.jevent.http.h1.HeaderTable;
import org.jevent.http.h1.KnownName;

/**
 * The fields of a message, in order; libevent's {@code struct evkeyvalq}. Names are lower-case, and
 * found in any case. Not for several threads at once.
 */
public final class HttpHeaders {
  private static final Set<String> OF_ONE_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final NameValues pairs = new NameValues();

  /** No fields. */
  public HttpHeaders() {}

  /** A copy of what was received. */
  static HttpHeaders of(final HeaderTable table) {
    final HttpHeaders made = new HttpHeaders();
    made.pairs.expect(table.size());
    for (int i = 0; i < table.size(); i++) {
      made.pairs.add(table.name(i), table.value(i));
    }
    return made;
  }

  /** The name in lower case: a constant if it is known, so that it costs nothing. */
  private static String lower(final String name) {
    final KnownName known = KnownName.of(Objects.requireNonNull(name, "name"));
    return known == null ? name.toLowerCase(Locale.ROOT) : known.text();
  }

  /**
   * Appends a field.
   *
   * @throws IllegalArgumentException if the name is not a token, or the value has characters that
   *     cannot be sent, such as CR and LF
   */
  public HttpHeaders add(final String name, final String value) {
    FieldRules.checkName(name);
    FieldRules.checkValue(name, value);
    pairs.add(lower(name), value);
    return this;
  }

  /** The same, instead of all fields of that name. */
  public HttpHeaders set(final String name, final String value) {
    FieldRules.checkName(name);
    FieldRules.checkValue(name, value);
    remove(name);
    return add(name, value);
  }

  /** Whether there was one. */
  public boolean remove(final String name) {
    return pairs.remove(lower(name));
  }

  public void clear() {
    pairs.clear();
  }

  /** How many fields there are. */
  public int size() {
    return pairs.size();
  }

  public boolean isEmpty() {
    return pairs.size() == 0;
  }

  /**
   * The name of a field.
   *
   * @param index from 0, in the order of the message
   */
  public String name(final int index) {
    return pairs.name(index);
  }

  public String value(final int index) {
    return pairs.value(index);
  }

  /** The value of the first field of that name, or null; libevent's {@code evhttp_find_header}. */
  public String first(final String name) {
    return pairs.first(lower(name));
  }

  public boolean contains(final String name) {
    return pairs.contains(lower(name));
  }

  /** The values of all fields of that name, in order. */
  public List<String> all(final String name) {
    return pairs.all(lower(name));
  }

  /**
   * The elements of the lists that all fields of that name have, in order: what stands between
   * commas, without blanks around it, and no empty ones (RFC 9110, 5.6.1). Quotes mean nothing.
   */
  public List<String> elements(final String name) {
    final List<String> found = new ArrayList<>();
    for (final String value : all(name)) {
      final FieldReader reader = new FieldReader(value);
      reader.skipEmptyElements();
      while (!reader.atEnd()) {
        found.add(reader.until(","));
        reader.skipEmptyElements();
      }
    }
    return found;
  }

  /** Names and values, in order. */
  public void forEach(final BiConsumer<String, String> visitor) {
    pairs.forEach(visitor);
  }

  /**
   * A copy without the fields that concern one connection only, as a proxy needs it (RFC 9110,
   * 7.6.1): {@code connection}, all that it names, and those that are known for it, such as {@code
   * keep-alive}, {@code te}, {@code transfer-encoding} and {@code upgrade}.
   */
  public HttpHeaders endToEnd() {
    final Set<String> dropped = new HashSet<>(OF_ONE_CONNECTION);
    elements("connection").forEach(name -> dropped.add(lower(name)));
    final HttpHeaders made = new HttpHeaders();
    forEach(
        (name, value) -> {
          if (!dropped.contains(name)) {
            made.pairs.add(name, value);
          }
        });
    return made;
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
