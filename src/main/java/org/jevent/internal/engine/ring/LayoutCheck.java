package org.jevent.internal.engine.ring;

import java.util.function.IntToLongFunction;

/** Refuses a library whose numbers differ from those of {@link Layout}. */
final class LayoutCheck {
  private LayoutCheck() {}

  /** What is wrong with a library of that version. */
  static String wrongVersion(final int abi) {
    return "its version is " + abi + ", not " + Layout.ABI_VERSION;
  }

  /**
   * Compares all numbers with those of the library.
   *
   * @param library gives the library's number for an index, {@code Long.MIN_VALUE} past the end
   * @return what differs, or null when nothing does
   */
  static String verify(final IntToLongFunction library) {
    for (int i = 0; i < Layout.size(); i++) {
      final long found = library.applyAsLong(i);
      if (found != Layout.value(i)) {
        return Layout.name(i) + " is " + found + " in the library, " + Layout.value(i) + " here";
      }
    }
    return library.applyAsLong(Layout.size()) == Long.MIN_VALUE
        ? null
        : "the library knows more numbers than the " + Layout.size() + " here";
  }
}
