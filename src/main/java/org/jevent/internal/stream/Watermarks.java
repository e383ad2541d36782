package org.jevent.internal.stream;

/** The four watermarks; all zero unless set. Streams that have equal ones share them. */
public record Watermarks(long readLow, long readHigh, long writeLow, long writeHigh) {
  static final Watermarks NONE = new Watermarks(0, 0, 0, 0);

  Watermarks reading(final long low, final long high) {
    return new Watermarks(low, high, writeLow, writeHigh);
  }

  Watermarks writing(final long low, final long high) {
    return new Watermarks(readLow, readHigh, low, high);
  }
}
