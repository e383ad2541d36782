package org.jevent.http.h1;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The fields of a head, in the order in which they came. It is valid until its reader begins the
 * next head or releases its arrays, and empty then. Strings are made when they are asked for, and
 * may be kept. For one thread.
 *
 * <p>An index out of range is an {@link IndexOutOfBoundsException}.
 */
public final class HeaderTable {
  /** The bytes and the places of the fields; null: there are none. */
  private HeadBuffer head;

  private final ListReader list = new ListReader();

  HeaderTable() {}

  void show(final HeadBuffer shown) {
    head = shown;
  }

  /** How many fields there are. */
  public int size() {
    return head == null ? 0 : head.fields().size();
  }

  private FieldIndex fields(final int index) {
    Objects.checkIndex(index, size());
    return head.fields();
  }

  /** The name of a field in lower case; a shared constant if it is a {@link KnownName}. */
  public String name(final int index) {
    final FieldIndex fields = fields(index);
    final KnownName known = fields.known(index);
    if (known != null) {
      return known.text();
    }
    final String present = fields.name(index);
    if (present != null) {
      return present;
    }
    final int from = fields.nameFrom(index);
    final byte[] lower = new byte[fields.nameTo(index) - from];
    for (int i = 0; i < lower.length; i++) {
      lower[i] = Chars.lower(head.bytes()[from + i]);
    }
    final String made = new String(lower, StandardCharsets.ISO_8859_1);
    fields.name(index, made);
    return made;
  }

  /** The known name of a field, or null. */
  public KnownName known(final int index) {
    return fields(index).known(index);
  }

  /** The value of a field, in ISO-8859-1 and without blanks around it. */
  public String value(final int index) {
    final FieldIndex fields = fields(index);
    final String present = fields.value(index);
    if (present != null) {
      return present;
    }
    final int from = fields.valueFrom(index);
    final int count = fields.valueTo(index) - from;
    final String made =
        count == 0 ? "" : new String(head.bytes(), from, count, StandardCharsets.ISO_8859_1);
    fields.value(index, made);
    return made;
  }

  /** The index of the first field of that name, or -1; it takes the same time for any head. */
  public int find(final KnownName name) {
    Objects.requireNonNull(name, "name");
    return head == null ? -1 : head.fields().first(name);
  }

  /** The index of the first field of that name in any case, or -1. */
  public int find(final String name) {
    final KnownName known = KnownName.of(name);
    if (known != null) {
      return find(known);
    }
    for (int i = 0; i < size(); i++) {
      final FieldIndex fields = head.fields();
      if (fields.known(i) == null
          && Chars.equalIgnoringCase(head.bytes(), fields.nameFrom(i), fields.nameTo(i), name)) {
        return i;
      }
    }
    return -1;
  }

  /** The index of the next field of the same name, or -1. */
  public int next(final int index) {
    final FieldIndex fields = fields(index);
    if (fields.known(index) != null) {
      return fields.nextKnown(index);
    }
    for (int i = index + 1; i < fields.size(); i++) {
      if (fields.known(i) == null && sameName(fields, index, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean sameName(final FieldIndex fields, final int one, final int other) {
    final int from = fields.nameFrom(one);
    final int otherFrom = fields.nameFrom(other);
    final int count = fields.nameTo(one) - from;
    if (count != fields.nameTo(other) - otherFrom) {
      return false;
    }
    final byte[] bytes = head.bytes();
    for (int i = 0; i < count; i++) {
      if (Chars.lower(bytes[from + i]) != Chars.lower(bytes[otherFrom + i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the value is that text, but for the case of ASCII's letters. */
  public boolean valueIs(final int index, final String ascii) {
    final FieldIndex fields = fields(index);
    return Chars.equalIgnoringCase(
        head.bytes(), fields.valueFrom(index), fields.valueTo(index), ascii);
  }

  /**
   * Whether one of the fields of that name has the token in its list, whose elements commas
   * separate; the case of ASCII's letters does not matter. Allocates nothing.
   */
  public boolean hasToken(final KnownName name, final String token) {
    for (int i = find(name); i >= 0; i = next(i)) {
      list.begin(bytes(), valueFrom(i), valueTo(i));
      while (list.next()) {
        if (list.is(token)) {
          return true;
        }
      }
    }
    return false;
  }

  byte[] bytes() {
    return head.bytes();
  }

  int valueFrom(final int index) {
    return fields(index).valueFrom(index);
  }

  int valueTo(final int index) {
    return fields(index).valueTo(index);
  }

  @Override
  public String toString() {
    return size() + " fields";
  }
}
