package org.jevent.internal.bytes;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The object of a search: one of two bytes, several in a row, or the last byte of its kind. Several
 * are found as by Knuth, Morris and Pratt (Fast Pattern Matching in Strings, 1977), whose method
 * never looks back. Each byte takes at most two comparisons.
 */
public final class Needle {
  private static final Needle[] FIRSTS = new Needle[256];
  private static final Needle[] LASTS = new Needle[256];

  private static final int MAX_REMEMBERED = 64;
  private static final int SPREAD = 0x9e3779b9;
  private static final int RECENT_SHIFT = 24;

  /** Patterns by their hash. A needle never changes, so threads may find each other's. */
  private static final Needle[] RECENT = new Needle[1 << (Integer.SIZE - RECENT_SHIFT)];

  private final byte one;
  private final byte other;

  /** Null: one of two bytes. */
  private final byte[] pattern;

  private final boolean isLast;

  /** By how many bytes match: how many of them are the longest beginning that they end with. */
  private final int[] borders;

  private Needle(final byte one, final byte other, final byte[] pattern, final boolean isLast) {
    this.one = one;
    this.other = other;
    this.pattern = pattern;
    this.isLast = isLast;
    borders = pattern == null ? null : bordersOf(pattern);
  }

  /** One of two bytes. */
  public static Needle either(final byte one, final byte other) {
    return new Needle(one, other, null, false);
  }

  /** Several bytes in a row, at least one. Short ones that were sought lately are made once. */
  public static Needle of(final byte[] pattern) {
    if (pattern.length == 1) {
      return of(pattern[0]);
    }
    if (pattern.length > MAX_REMEMBERED) {
      return several(pattern);
    }
    final int slot = (Arrays.hashCode(pattern) * SPREAD) >>> RECENT_SHIFT;
    final Needle found = RECENT[slot];
    if (found != null && Arrays.equals(found.pattern, pattern)) {
      return found;
    }
    final Needle made = several(pattern);
    RECENT[slot] = made;
    return made;
  }

  private static Needle several(final byte[] pattern) {
    return new Needle(pattern[0], pattern[0], pattern.clone(), false);
  }

  /** A byte. */
  public static Needle of(final byte wanted) {
    return single(FIRSTS, wanted, false);
  }

  static Needle lastOf(final byte wanted) {
    return single(LASTS, wanted, true);
  }

  /** Two threads may each make one: they are equal. */
  private static Needle single(final Needle[] known, final byte wanted, final boolean isLast) {
    final Needle found = known[wanted & 0xff];
    if (found != null) {
      return found;
    }
    final Needle made = new Needle(wanted, wanted, null, isLast);
    known[wanted & 0xff] = made;
    return made;
  }

  int length() {
    return pattern == null ? 1 : pattern.length;
  }

  /**
   * Searches a part of what is searched.
   *
   * @param matched how many bytes before {@code from} match the beginning of the pattern
   * @return where the last byte of the match is; or else, as {@code ~n}, that the part ends with
   *     {@code n} bytes that are how it begins
   */
  int find(final ByteBuffer bytes, final int from, final int to, final int matched) {
    if (pattern == null) {
      return one == other
          ? Words.find(bytes, one, from, to)
          : Words.findEither(bytes, one, other, from, to);
    }
    int length = matched;
    for (int at = from; at < to; at++) {
      if (length == 0) {
        at = Words.find(bytes, one, at, to);
        if (at < 0) {
          return ~0;
        }
      }
      final byte next = bytes.get(at);
      while (length > 0 && pattern[length] != next) {
        length = shorter(length);
      }
      if (pattern[length] == next && ++length == pattern.length) {
        return at;
      }
    }
    return ~length;
  }

  /** How many matching bytes are left of {@code matched} when no more than {@code max} count. */
  int fit(final int matched, final long max) {
    int length = matched;
    while (length > max) {
      length = shorter(length);
    }
    return length;
  }

  /** The next shorter beginning that this many matching bytes end with. */
  private int shorter(final int matched) {
    if (matched == 1) {
      return 0;
    }
    return borders[matched];
  }

  private static int[] bordersOf(final byte[] pattern) {
    final int[] borders = new int[pattern.length];
    int border = 0;
    for (int length = 2; length < pattern.length; length++) {
      final byte next = pattern[length - 1];
      while (border > 0 && pattern[border] != next) {
        border = borders[border];
      }
      if (pattern[border] == next) {
        border++;
      }
      borders[length] = border;
    }
    return borders;
  }

  @Override
  public boolean equals(final Object object) {
    return this == object
        || (object instanceof Needle needle
            && one == needle.one
            && other == needle.other
            && isLast == needle.isLast
            && Arrays.equals(pattern, needle.pattern));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(pattern) * 31 + one * 17 + other;
  }
}
