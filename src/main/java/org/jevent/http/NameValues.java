package org.jevent.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jevent.internal.engine.Arguments;

/**
 * Names and values in order, with duplicates: what fields, queries and cookies are kept in. Names
 * are compared one after the other, so that no choice of them makes a search slow. One array has
 * both, as a connection may keep such fields for long.
 */
final class NameValues {
  private static final String[] NONE = {};
  private static final int START = 8;

  /** Each name is followed by its value. */
  private String[] all = NONE;

  private int size;

  NameValues() {}

  /** Makes room for this many pairs, and for no more. */
  void expect(final int pairs) {
    assert size == 0 : size;
    all = pairs == 0 ? NONE : new String[2 * pairs];
  }

  void add(final String name, final String value) {
    if (2 * size == all.length) {
      all = Arrays.copyOf(all, Math.max(START, 2 * all.length));
    }
    all[2 * size] = name;
    all[2 * size + 1] = value;
    size++;
  }

  /** Removes all of a name; whether there was one. */
  boolean remove(final String name) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!all[2 * i].equals(name)) {
        all[2 * kept] = all[2 * i];
        all[2 * kept + 1] = all[2 * i + 1];
        kept++;
      }
    }
    final boolean found = kept < size;
    Arrays.fill(all, 2 * kept, 2 * size, null);
    size = kept;
    return found;
  }

  void clear() {
    Arrays.fill(all, 0, 2 * size, null);
    size = 0;
  }

  int size() {
    return size;
  }

  String name(final int index) {
    return all[2 * (int) Arguments.index("index", index, size)];
  }

  String value(final int index) {
    return all[2 * (int) Arguments.index("index", index, size) + 1];
  }

  boolean contains(final String name) {
    return find(name, 0) < size;
  }

  /** The next pair of that name from this one on; their number if there is none. */
  private int find(final String name, final int from) {
    Objects.requireNonNull(name, "name");
    int i = from;
    while (i < size && !all[2 * i].equals(name)) {
      i++;
    }
    return i;
  }

  /** The value of the first one of that name, or null. */
  String first(final String name) {
    final int found = find(name, 0);
    return found == size ? null : all[2 * found + 1];
  }

  /** The value of the last one of that name, or null. */
  String last(final String name) {
    String found = null;
    for (int i = find(name, 0); i < size; i = find(name, i + 1)) {
      found = all[2 * i + 1];
    }
    return found;
  }

  /** The values of all of that name, in order. */
  List<String> all(final String name) {
    final List<String> found = new ArrayList<>();
    for (int i = find(name, 0); i < size; i = find(name, i + 1)) {
      found.add(all[2 * i + 1]);
    }
    return found;
  }

  void forEach(final BiConsumer<String, String> visitor) {
    Objects.requireNonNull(visitor, "visitor");
    for (int i = 0; i < size; i++) {
      visitor.accept(all[2 * i], all[2 * i + 1]);
    }
  }
}
