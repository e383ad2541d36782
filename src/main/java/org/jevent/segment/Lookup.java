package org.jevent.segment;

/**
 * What looking through a long queue has found out, so that the next look goes on from there. Adding
 * behind and removing in front leave it valid; whatever else changes the bytes ends it.
 */
final class Lookup {
  /** Where the last walk to a position has ended. */
  final Place walked = new Place();

  /** Where {@link #until} is; nowhere: it has to be walked to. */
  final Place searched = new Place();

  /** What was searched for last, or null: it does not lie within {@code from..until}. */
  Needle needle;

  long from;
  long until;

  /** How many bytes before {@code until} match its beginning. */
  int matched;

  /** Of a search for the last byte of its kind: where that is within {@code from..until}, or -1. */
  long found;

  /** Segments whose bytes stand elsewhere now, and may still be sent from here; or null. */
  Segment retired;

  /** Segments that were passed and bytes that were looked at; tests count them. */
  long steps;

  /** It is known of bytes from there on what the needle was not found in. */
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
