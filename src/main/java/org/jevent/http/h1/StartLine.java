package org.jevent.http.h1;

/**
 * Reads the first line of a head. Each byte is looked at once, however the input is cut, and what
 * is wrong is found at the first byte that shows it.
 */
abstract class StartLine {
  private static final Refusal BARE_CR = Refusal.bad("the first line has a CR without LF");

  private final Version version = new Version();
  private Refusal refusal;
  private int start = -1;
  private int limit;

  /** The next head begins; no byte of it has come. */
  void begin(final int maxBytes) {
    version.begin();
    refusal = null;
    start = -1;
    limit = maxBytes;
  }

  /** Whether a byte of the line has come. */
  final boolean hasBegun() {
    return start >= 0;
  }

  /** Where the line begins. */
  final int start() {
    return start;
  }

  final void start(final int at) {
    assert start < 0 : start;
    start = at;
  }

  final Version version() {
    return version;
  }

  /** What is wrong, or null. */
  final Refusal refusal() {
    return refusal;
  }

  /** Refuses the line; returns the place, where reading ends. */
  final int refuse(final Refusal why, final int at) {
    assert refusal == null : refusal;
    refusal = why;
    return at;
  }

  /**
   * Reads on until the line is whole, refused, or there are no more bytes.
   *
   * @return the place behind the last byte that was looked at
   */
  final int scan(final byte[] bytes, final int from, final int end) {
    int at = from;
    while (at < end && refusal == null && !isDone()) {
      if (awaitsLf()) {
        at = bytes[at] == Chars.LF ? lineEnds(bytes, at + 1) : refuse(BARE_CR, at);
      } else if (start >= 0 && at - start > limit) {
        return refuse(tooLong(), at);
      } else {
        at = step(bytes, at, start < 0 ? end : Math.min(end, start + limit + 1));
      }
    }
    return at;
  }

  /** Whether the line is whole. */
  abstract boolean isDone();

  /** Whether the last byte was the CR that ends the line, or an empty line before it. */
  abstract boolean awaitsLf();

  /** The LF has come. Returns {@code at}. */
  abstract int lineEnds(byte[] bytes, int at);

  /** Reads one part of the line, at least one byte of it; returns the place behind it. */
  abstract int step(byte[] bytes, int at, int stop);

  abstract Refusal tooLong();
}
