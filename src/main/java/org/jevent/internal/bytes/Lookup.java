package org.jevent.internal.bytes;

/**
 * The results of scanning a long queue, from which the next scan continues. Adding behind and
 * removing in front keep them valid, bytes put in front move them, any other change of the bytes
 * resets them.
 */
final class Lookup {
  /** How many needles are remembered: a parser of a protocol looks for some in turn. */
  private static final int MAX_KNOWN = 4;

  /** Where the last walk to a position has ended. */
  final Place walked = new Place();

  /** The first is the one that was used last; null behind the last. */
  private final Known[] known = new Known[MAX_KNOWN];

  /** Segments whose bytes were moved, and may still be sent from their old memory; or null. */
  Segment retired;

  /** Segments that were passed and bytes that were looked at; tests count them. */
  long steps;

  /** What is known of one needle: it does not lie within {@code from..until}. */
  static final class Known {
    /** The place of {@link #until}, or none if it has to be walked to. */
    final Place searched = new Place();

    /** Null: nothing is known. */
    private Needle needle;

    long from;
    long until;

    /** How many bytes before {@code until} match its beginning. */
    int matched;

    /**
     * The result of a search for the last occurrence of a byte within {@code from..until}, or -1.
     */
    long found;

    Needle needle() {
      return needle;
    }

    /** Whether no match that begins between there and what is known can end behind it. */
    boolean coversBefore(final long start) {
      return start >= from || until - from >= needle.length() - 1;
    }

    void remember(final long start, final long end, final int begun) {
      from = start;
      until = end;
      matched = begun;
    }

    private void removed(final long count, final int segments) {
      searched.removed(count, segments);
      if (count > until - matched) {
        needle = null;
        return;
      }
      from = Math.max(0, from - count);
      until -= count;
      found = Math.max(-1, found - count);
    }

    private void prepended(final long count, final int segments) {
      searched.prepended(count, segments);
      from += count;
      until += count;
      found = found < 0 ? found : found + count;
    }
  }

  /** What is known of a needle, or null. */
  Known of(final Needle sought) {
    for (int i = 0; i < MAX_KNOWN && known[i] != null; i++) {
      final Known candidate = known[i];
      if (candidate.needle != null && candidate.needle.equals(sought)) {
        toFront(i, candidate);
        return candidate;
      }
    }
    return null;
  }

  /** The same, or else in place of what was used longest ago. */
  Known make(final Needle sought) {
    final Known present = of(sought);
    if (present != null) {
      return present;
    }
    int at = 0;
    while (at < MAX_KNOWN - 1 && known[at] != null && known[at].needle != null) {
      at++;
    }
    final Known made = known[at] == null ? new Known() : known[at];
    made.needle = sought;
    toFront(at, made);
    return made;
  }

  private void toFront(final int index, final Known entry) {
    for (int i = index; i > 0; i--) {
      known[i] = known[i - 1];
    }
    known[0] = entry;
  }

  /** The bytes are the same, in other segments. */
  void rearranged() {
    walked.forget();
    for (int i = 0; i < MAX_KNOWN && known[i] != null; i++) {
      known[i].searched.forget();
    }
  }

  /** The bytes are others. */
  void forget() {
    rearranged();
    for (int i = 0; i < MAX_KNOWN && known[i] != null; i++) {
      known[i].needle = null;
    }
  }

  /** Bytes were removed from the front, and with them that many whole segments. */
  void removed(final long count, final int segments) {
    walked.removed(count, segments);
    for (int i = 0; i < MAX_KNOWN && known[i] != null; i++) {
      known[i].removed(count, segments);
    }
  }

  /** Bytes were put in front, in that many new segments, or with 0 into the first one. */
  void prepended(final long count, final int segments) {
    walked.prepended(count, segments);
    for (int i = 0; i < MAX_KNOWN && known[i] != null; i++) {
      known[i].prepended(count, segments);
    }
  }
}
