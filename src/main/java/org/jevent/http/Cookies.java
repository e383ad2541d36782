package org.jevent.http;

import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jevent.http.h1.FieldReader;
import org.jevent.http.h1.FieldRules;

/**
 * The cookies of a request (RFC 6265, section 5.4), in order; values are opaque, and keep their
 * quotes. What is no cookie is left out. It does not change.
 */
public final class Cookies {
  /** How many are read; the rest is as if it were not there. */
  public static final int MAX_COOKIES = 256;

  private final NameValues pairs = new NameValues();

  private Cookies() {}

  /**
   * Reads the value of the field {@code cookie}.
   *
   * @param text null: there are none
   */
  public static Cookies parse(final String text) {
    return parse(text == null ? List.of() : List.of(text));
  }

  /** Reads the values of several such fields. */
  public static Cookies parse(final List<String> fields) {
    Objects.requireNonNull(fields, "fields");
    final Cookies cookies = new Cookies();
    for (final String field : fields) {
      final FieldReader reader = new FieldReader(field);
      do {
        reader.skipBlanks();
        cookies.add(reader.until(";"));
      } while (reader.take(';'));
    }
    return cookies;
  }

  private void add(final String pair) {
    final int sign = pair.indexOf('=');
    final String name = sign < 0 ? "" : pair.substring(0, sign).strip();
    if (FieldRules.isToken(name) && pairs.size() < MAX_COOKIES) {
      pairs.add(name, pair.substring(sign + 1).strip());
    }
  }

  public int size() {
    return pairs.size();
  }

  /** The value of the first cookie of that name, or null. Case matters. */
  public String first(final String name) {
    return pairs.first(name);
  }

  /** The values of all cookies of that name, in order: those of the longest paths come first. */
  public List<String> all(final String name) {
    return pairs.all(name);
  }

  /** Names and values, in order. */
  public void forEach(final BiConsumer<String, String> visitor) {
    pairs.forEach(visitor);
  }
}
