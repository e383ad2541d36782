package org.jevent.internal.bytes;

import java.nio.ByteBuffer;

/**
 * Finding bytes in a {@link ByteQueue}. A long search without a match continues where it has ended.
 * Bytes that come one by one are so not searched from the start each time.
 */
public final class Search {
  /** Up to this many bytes are searched once more rather than remembered. */
  private static final int SHORT_SEARCH = 256;

  private Search() {}

  /** Where the byte first occurs in {@code from..to} (exclusive), or -1. */
  public static long indexOf(
      final ByteQueue queue, final byte wanted, final long from, final long to) {
    return indexOf(queue, Needle.of(wanted), from, to);
  }

  /** Where the pattern first occurs, whole, in {@code from..to}, or -1. */
  public static long indexOf(
      final ByteQueue queue, final byte[] pattern, final long from, final long to) {
    if (pattern.length == 0) {
      return from <= to ? from : -1;
    }
    return indexOf(queue, Needle.of(pattern), from, to);
  }

  /** Where the needle first occurs, whole, in {@code from..to}, or -1. */
  public static long indexOf(
      final ByteQueue queue, final Needle needle, final long from, final long to) {
    final Lookup.Known known = queue.lookup == null ? null : queue.lookup.of(needle);
    if (known == null || from > known.until || !known.coversBefore(from)) {
      return search(queue, needle, from, to);
    }
    if (from < known.from) {
      final long found = searchInFront(queue, known, from, to);
      if (found >= 0 || to <= known.until) {
        return found;
      }
    }
    return to <= known.until ? -1 : goOn(queue, known, from, to);
  }

  private static long search(
      final ByteQueue queue, final Needle needle, final long from, final long to) {
    return search(queue, needle, from, from, 0, queue.placeOf(from), to);
  }

  /** Searches what was put in front of the known bytes, and what begins there and ends in them. */
  private static long searchInFront(
      final ByteQueue queue, final Lookup.Known known, final long from, final long to) {
    final Needle needle = known.needle();
    final long end = Math.min(known.until, known.from + needle.length() - 1);
    final long found = find(queue, needle, from, Math.min(to, end));
    if (found < 0 && to >= end) {
      known.from = from;
    }
    return found;
  }

  /** A search that leaves what is known alone. */
  private static long find(
      final ByteQueue queue, final Needle needle, final long from, final long to) {
    final Lookup lookup = queue.lookup;
    final Place place = queue.placeOf(from);
    Segment segment = place == null ? queue.first : place.segment;
    long start = place == null ? 0 : place.start;
    int matched = 0;
    long at = from;
    while (at < to) {
      while (at - start >= segment.length()) {
        start += segment.length();
        segment = segment.next;
      }
      if (segment.isFile()) {
        queue.bringIn(segment);
        continue;
      }
      final int begin = (int) (segment.start + at - start);
      final int end = (int) Math.min(segment.end, segment.start + to - start);
      final int result = needle.find(segment.bytes(), begin, end, matched);
      if (result >= 0) {
        lookup.steps += at + result - begin - from;
        return at + result - begin - (needle.length() - 1);
      }
      at += end - begin;
      matched = ~result;
    }
    lookup.steps += at - from;
    return -1;
  }

  /** Continues from the known results, as far as they cover the bytes from there on. */
  private static long goOn(
      final ByteQueue queue, final Lookup.Known known, final long from, final long to) {
    final Needle needle = known.needle();
    final int matched = needle.fit(known.matched, known.until - from);
    final long since = matched == known.matched ? known.from : from;
    final Place place =
        known.searched.segment != null ? known.searched : queue.placeOf(known.until);
    return search(queue, needle, since, known.until, matched, place, to);
  }

  /**
   * Searches from a place on.
   *
   * @param since where the bytes begin that are known from now on
   * @param place of a segment that is not behind {@code from}; null: the first one
   */
  private static long search(
      final ByteQueue queue,
      final Needle needle,
      final long since,
      final long from,
      final int begun,
      final Place place,
      final long to) {
    Segment segment = place == null ? queue.first : place.segment;
    long start = place == null ? 0 : place.start;
    int index = place == null ? 0 : place.index;
    int matched = begun;
    long at = from;
    long found = -1;
    while (at < to && found < 0) {
      while (at - start >= segment.length()) {
        start += segment.length();
        segment = segment.next;
        index++;
      }
      if (segment.isFile()) {
        queue.bringIn(segment);
        continue; // bringIn may split the segment; this is its first part
      }
      final int begin = (int) (segment.start + at - start);
      final int end = (int) Math.min(segment.end, segment.start + to - start);
      final int result = needle.find(segment.bytes(), begin, end, matched);
      if (result >= 0) {
        at += result - begin;
        matched = needle.length() - 1;
        found = at - matched;
      } else {
        at += end - begin;
        matched = ~result;
      }
    }
    if (from > since || at - from > SHORT_SEARCH) {
      final Lookup.Known known = queue.lookup().make(needle);
      known.remember(since, at, matched);
      known.searched.set(segment, start, index);
    }
    if (queue.lookup != null) {
      queue.lookup.steps += at - from;
    }
    return found;
  }

  /** Whether these bytes are there, from {@code from} on. */
  public static boolean startsWith(final ByteQueue queue, final byte[] prefix, final long from) {
    if (prefix.length > queue.length - from) {
      return false;
    }
    if (prefix.length == 0) {
      return true;
    }
    final Place place = queue.placeOf(from);
    Segment segment = place == null ? queue.first : place.segment;
    long skip = place == null ? from : from - place.start;
    int done = 0;
    while (true) {
      if (segment.isFile()) {
        queue.bringIn(segment);
      }
      final long there = segment.length() - skip;
      if (there > 0) {
        final int part = (int) Math.min(there, prefix.length - done);
        if (!Words.equal(segment.bytes(), (int) (segment.start + skip), prefix, done, part)) {
          return false;
        }
        done += part;
        if (done == prefix.length) {
          return true;
        }
      }
      skip = Math.max(0, -there);
      segment = segment.next;
    }
  }

  /** Where the last occurrence of the byte is, or -1. */
  public static long lastIndexOf(final ByteQueue queue, final byte wanted) {
    final Needle needle = Needle.lastOf(wanted);
    final Lookup.Known known = queue.lookup == null ? null : queue.lookup.of(needle);
    final boolean knows = known != null && known.from == 0;
    final long from = knows ? known.until : 0;
    long found = knows ? known.found : -1;
    if (from == queue.length) {
      return found;
    }
    final Place place =
        knows && known.searched.segment != null ? known.searched : queue.placeOf(from);
    Segment segment = place == null ? queue.first : place.segment;
    long start = place == null ? 0 : place.start;
    int index = place == null ? 0 : place.index;
    while (true) {
      if (segment.isFile()) {
        queue.bringIn(segment);
      }
      final long begin = segment.start + Math.max(0, from - start);
      final int at = Words.findLast(segment.bytes(), wanted, (int) begin, (int) segment.end);
      if (at >= 0) {
        found = start + at - segment.start;
      }
      if (segment.next == null) {
        break;
      }
      start += segment.length();
      segment = segment.next;
      index++;
    }
    if (queue.length > SHORT_SEARCH) {
      final Lookup.Known now = queue.lookup().make(needle);
      now.remember(0, queue.length, 0);
      now.found = found;
      now.searched.set(segment, start, index);
    }
    if (queue.lookup != null) {
      queue.lookup.steps += queue.length - from;
    }
    return found;
  }

  /** Where the run of bytes ends, from {@code from} on, that are each one of two. */
  public static long endOfRun(
      final ByteQueue queue, final byte one, final byte other, final long from) {
    if (from == queue.length) {
      return from;
    }
    final Place place = queue.placeOf(from);
    Segment segment = place == null ? queue.first : place.segment;
    long at = from;
    long skip = place == null ? from : from - place.start;
    while (segment != null) {
      if (segment.isFile()) {
        queue.bringIn(segment);
      }
      if (skip >= segment.length()) {
        skip -= segment.length();
        segment = segment.next;
        continue;
      }
      final ByteBuffer bytes = segment.bytes();
      final int end = (int) segment.end;
      for (int i = (int) (segment.start + skip); i < end; i++) {
        final byte next = bytes.get(i);
        if (next != one && next != other) {
          return at;
        }
        at++;
      }
      segment = segment.next;
      skip = 0;
    }
    return at;
  }
}
