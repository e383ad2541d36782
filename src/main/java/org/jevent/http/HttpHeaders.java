package org.jevent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jevent.http.h1.FieldRules;
import org.jevent.http.h1.HeaderTable;
import org.jevent.internal.engine.Arguments;

/**
 * The fields of a message, in order; libevent's {@code struct evkeyvalq}. Names are lower-case, and
 * found in any case. Not for several threads at once.
 */
public final class HttpHeaders {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  /** No fields. */
  public HttpHeaders() {}

  /** A copy of what was received. */
  static HttpHeaders of(final HeaderTable table) {
    final HttpHeaders made = new HttpHeaders();
    for (int i = 0; i < table.size(); i++) {
      made.names.add(table.name(i));
      made.values.add(table.value(i));
    }
    return made;
  }

  private static String lower(final String name) {
    return Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT);
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
    names.add(lower(name));
    values.add(value);
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
    final String wanted = lower(name);
    boolean found = false;
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).equals(wanted)) {
        names.remove(i);
        values.remove(i);
        found = true;
      }
    }
    return found;
  }

  public void clear() {
    names.clear();
    values.clear();
  }

  /** How many fields there are. */
  public int size() {
    return names.size();
  }

  public boolean isEmpty() {
    return names.isEmpty();
  }

  /**
   * The name of a field.
   *
   * @param index from 0, in the order of the message
   */
  public String name(final int index) {
    return names.get((int) Arguments.index("index", index, size()));
  }

  public String value(final int index) {
    return values.get((int) Arguments.index("index", index, size()));
  }

  /** The value of the first field of that name, or null; libevent's {@code evhttp_find_header}. */
  public String first(final String name) {
    final int index = names.indexOf(lower(name));
    return index < 0 ? null : values.get(index);
  }

  public boolean contains(final String name) {
    return names.contains(lower(name));
  }

  /** The values of all fields of that name, in order. */
  public List<String> all(final String name) {
    final String wanted = lower(name);
    final List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(wanted)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  /** Names and values, in order. */
  public void forEach(final BiConsumer<String, String> visitor) {
    Objects.requireNonNull(visitor, "visitor");
    for (int i = 0; i < names.size(); i++) {
      visitor.accept(names.get(i), values.get(i));
    }
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }
}
