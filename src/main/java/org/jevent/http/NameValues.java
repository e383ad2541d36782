package org.jevent.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jevent.internal.engine.Arguments;

/**
 * Names and values in order, with duplicates: what fields, queries and cookies are kept in. Names
 * are compared one after the other, so that no choice of them makes a search slow.
 */
final class NameValues {
  private final List<String> names = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  void add(final String name, final String value) {
    names.add(name);
    values.add(value);
  }

  /** Removes all of a name; whether there was one. */
  boolean remove(final String name) {
    boolean found = false;
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).equals(name)) {
        names.remove(i);
        values.remove(i);
        found = true;
      }
    }
    return found;
  }

  void clear() {
    names.clear();
    values.clear();
  }

  int size() {
    return names.size();
  }

  String name(final int index) {
    return names.get((int) Arguments.index("index", index, names.size()));
  }

  String value(final int index) {
    return values.get((int) Arguments.index("index", index, values.size()));
  }

  boolean contains(final String name) {
    return names.contains(Objects.requireNonNull(name, "name"));
  }

  /** The value of the first one of that name, or null. */
  String first(final String name) {
    return valueAt(names.indexOf(Objects.requireNonNull(name, "name")));
  }

  /** The value of the last one of that name, or null. */
  String last(final String name) {
    return valueAt(names.lastIndexOf(Objects.requireNonNull(name, "name")));
  }

  private String valueAt(final int index) {
    return index < 0 ? null : values.get(index);
  }

  /** The values of all of that name, in order. */
  List<String> all(final String name) {
    Objects.requireNonNull(name, "name");
    final List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equals(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  void forEach(final BiConsumer<String, String> visitor) {
    Objects.requireNonNull(visitor, "visitor");
    for (int i = 0; i < names.size(); i++) {
      visitor.accept(names.get(i), values.get(i));
    }
  }
}
