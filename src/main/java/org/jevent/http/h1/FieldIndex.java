package org.jevent.http.h1;

import java.util.Arrays;

/** Where the names and values of a head's fields are, and which come first of their name. */
final class FieldIndex {
  private static final int FIRST_ROOM = 16;
  private static final int PLACES = 4;
  private static final int SMALL = 64;

  private int size;

  /** Of each field: where its name begins and ends, where its value begins and ends. */
  private int[] places = new int[PLACES * FIRST_ROOM];

  /** Of each field: the id of its known name, or 0. */
  private byte[] names = new byte[FIRST_ROOM];

  /** Of each field: its name and value as text, or null while it was not asked for. */
  private String[] texts = new String[2 * FIRST_ROOM];

  /** Of each id of a known name: the index of its first field plus 1, or 0. */
  private final int[] first = new int[KnownName.count() + 1];

  int size() {
    return size;
  }

  void add(
      final KnownName known,
      final int nameFrom,
      final int nameTo,
      final int valueFrom,
      final int valueTo) {
    assert nameFrom < nameTo && nameTo < valueFrom && valueFrom <= valueTo : size;
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      places = Arrays.copyOf(places, PLACES * names.length);
      texts = Arrays.copyOf(texts, 2 * names.length);
    }
    final int at = PLACES * size;
    places[at] = nameFrom;
    places[at + 1] = nameTo;
    places[at + 2] = valueFrom;
    places[at + 3] = valueTo;
    final int id = known == null ? 0 : known.id();
    names[size] = (byte) id;
    size++;
    if (id != 0 && first[id] == 0) {
      first[id] = size;
    }
  }

  /** Moves the end of the last field's value. */
  void extend(final int valueTo) {
    assert valueTo >= valueFrom(size - 1) : valueTo;
    places[PLACES * size - 1] = valueTo;
  }

  int nameFrom(final int index) {
    return places[PLACES * index];
  }

  int nameTo(final int index) {
    return places[PLACES * index + 1];
  }

  int valueFrom(final int index) {
    return places[PLACES * index + 2];
  }

  int valueTo(final int index) {
    return places[PLACES * index + 3];
  }

  /** The known name of a field, or null. */
  KnownName known(final int index) {
    final int id = names[index];
    return id == 0 ? null : KnownName.ofId(id);
  }

  /** The index of the first field of that name, or -1. */
  int first(final KnownName name) {
    return first[name.id()] - 1;
  }

  /** The index of the next field of the same known name, or -1. */
  int nextKnown(final int index) {
    final byte id = names[index];
    assert id != 0 : index;
    for (int i = index + 1; i < size; i++) {
      if (names[i] == id) {
        return i;
      }
    }
    return -1;
  }

  String name(final int index) {
    return texts[2 * index];
  }

  void name(final int index, final String text) {
    texts[2 * index] = text;
  }

  String value(final int index) {
    return texts[2 * index + 1];
  }

  void value(final int index, final String text) {
    texts[2 * index + 1] = text;
  }

  /** Costs what the fields are that were there. */
  void clear() {
    for (int i = 0; i < size; i++) {
      first[names[i]] = 0;
      texts[2 * i] = null;
      texts[2 * i + 1] = null;
    }
    size = 0;
  }

  boolean isSmall() {
    return names.length <= SMALL;
  }
}
