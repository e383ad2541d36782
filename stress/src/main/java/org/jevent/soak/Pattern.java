package org.jevent.soak;

/** Bytes that are known by their position in a stream and the stream's seed. */
final class Pattern {
  private Pattern() {}

  static byte at(final int seed, final long position) {
    return (byte) (position * 31 + (position >>> 8) * 7 + seed);
  }

  static byte[] bytes(final int seed, final long from, final int count) {
    final byte[] made = new byte[count];
    for (int i = 0; i < count; i++) {
      made[i] = at(seed, from + i);
    }
    return made;
  }

  /** Where the first wrong byte is, or -1. */
  static int mismatch(final int seed, final long from, final byte[] bytes, final int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] != at(seed, from + i)) {
        return i;
      }
    }
    return -1;
  }
}
