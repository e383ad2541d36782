package org.jevent.internal.stream;

/**
 * How many bytes a stream holds and moves at once: the four watermarks, 0 unless set, and the
 * maximum of one read and one write. Streams that have equal ones share them.
 */
public record StreamBounds(
    long readLow,
    long readHigh,
    long writeLow,
    long writeHigh,
    int maxSingleRead,
    int maxSingleWrite) {
  static final StreamBounds DEFAULT =
      new StreamBounds(
          0, 0, 0, 0, StreamInterest.DEFAULT_MAX_SINGLE, StreamInterest.DEFAULT_MAX_SINGLE);

  StreamBounds reading(final long low, final long high) {
    return new StreamBounds(low, high, writeLow, writeHigh, maxSingleRead, maxSingleWrite);
  }

  StreamBounds writing(final long low, final long high) {
    return new StreamBounds(readLow, readHigh, low, high, maxSingleRead, maxSingleWrite);
  }

  StreamBounds maxSingle(final int read, final int write) {
    return new StreamBounds(readLow, readHigh, writeLow, writeHigh, read, write);
  }
}
