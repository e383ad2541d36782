package org.jevent.internal.bytes;

/**
 * The results of scanning a long queue, from which the next scan continues. Adding behind and
 * removing in front keep it valid; any other change of the bytes resets it.
 */
final class Lookup {
  /** Where the last walk to a position has ended. */
  final Place walked = new Place();

  /** The place of {@link #until}, or none if it has to be walked to. */
  final Place searched = new Place();

  /** The last needle, or null: it does not lie within {@code from..until}. */
  Needle needle;

  long from;
  long until;

  /** How many bytes before {@code until} match its beginning. */
  int matched;

  /** The result of a search for the last occurrence of a byte within {@code from..until}, or -1. */
  long found;

  /** Segments whose bytes were moved, and may still be sent from their old memory; or null. */
  Segment retired;

  /** Segments that were passed and bytes that were looked at; tests count them. */
  long steps;

  /** Whether the range from there on is known to be without the needle. */
  boolean knows(final Needle sought, final long start) {
    return needle != null && from <= start && start <= until && needle.equals(sought);
  }

  void remember(final Needle sought, final long start, final long end, final int begun) {
    needle = sought;
    from = start;
    until = end;
    matched = begun;
  }

  /** The bytes are the same, in other segments. */
  void rearranged() {
    walked.forget();
    searched.forget();
  }

  /** Other bytes are in front. */
  void forget() {
    rearranged();
    needle = null;
  }

  /** Bytes were removed from the front, and with them that many whole segments. */
  void removed(final long count, final int segments) {
    walked.removed(count, segments);
    searched.removed(count, segments);
    if (count > until - matched) {
      needle = null;
      return;
    }
    from = Math.max(0, from - count);
    until -= count;
    found = Math.max(-1, found - count);
  }
}
