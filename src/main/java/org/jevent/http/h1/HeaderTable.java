package org.jevent.http.h1;

/**
 * The fields of a head, in the order in which they came. It is valid until its reader begins the
 * next head or releases its arrays, and empty then. Strings are made when they are asked for, and
 * may be kept. For one thread.
 */
public final class HeaderTable {
  HeaderTable() {}

  /** How many fields there are. */
  public int size() {
    throw new UnsupportedOperationException();
  }

  /** The name of a field in lower case; a shared constant if it is a {@link KnownName}. */
  public String name(final int index) {
    throw new UnsupportedOperationException();
  }

  /** The value of a field, in ISO-8859-1 and without blanks around it. */
  public String value(final int index) {
    throw new UnsupportedOperationException();
  }

  /** The index of the first field of that name, or -1. */
  public int find(final KnownName name) {
    throw new UnsupportedOperationException();
  }

  /** The index of the first field of that name in any case, or -1. */
  public int find(final String name) {
    throw new UnsupportedOperationException();
  }

  /** The index of the next field of the same name, or -1. */
  public int next(final int index) {
    throw new UnsupportedOperationException();
  }

  /** Whether the value is that text, but for the case of letters. */
  public boolean valueIs(final int index, final String ascii) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether one of the fields of that name has the token in its list that commas separate, in any
   * case.
   */
  public boolean hasToken(final KnownName name, final String token) {
    throw new UnsupportedOperationException();
  }
}
