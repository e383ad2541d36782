package org.jevent.bench.rivals;

import java.util.zip.CRC32;

/**
 * Computation that a server does for a block that has come: the same for all of them, as the JVM
 * has machine code for it from the start and what surrounds it has no influence.
 */
final class Work {
  private static final byte[] BLOCK = new byte[16_384];

  private static final Work NONE = new Work(0);

  private final CRC32 sum = new CRC32();
  private final int times;

  private Work(final int times) {
    this.times = times;
  }

  /**
   * For one thread. None at all takes no memory either.
   *
   * @param times how often 16 KiB are summed up
   */
  static Work of(final int times) {
    return times == 0 ? NONE : new Work(times);
  }

  void run() {
    for (int i = 0; i < times; i++) {
      sum.update(BLOCK);
    }
  }
}
