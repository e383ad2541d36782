package org.jevent.internal.bytes;

/** A segment of a queue, and the counts of bytes and segments before it. */
final class Place {
  /** Null: nowhere. */
  Segment segment;

  /** How many bytes are before it. */
  long start;

  /** How many segments are before it. */
  int index;

  void set(final Segment where, final long before, final int segments) {
    segment = where;
    start = before;
    index = segments;
  }

  void forget() {
    segment = null;
  }

  /** Bytes were removed from the queue's front, and with them that many whole segments. */
  void removed(final long count, final int segments) {
    if (index < segments) {
      segment = null;
    } else {
      index -= segments;
      start = Math.max(0, start - count);
    }
  }

  /** Bytes were put in front, in that many new segments, or with 0 into the first one. */
  void prepended(final long count, final int segments) {
    if (index > 0 || segments > 0) {
      start += count;
    }
    index += segments;
  }
}
