package org.jevent.conformance;

/** Sleeping, in callbacks that may not throw what is checked. */
final class Sleep {
  private Sleep() {}

  static void millis(final long millis) {
    try {
      Thread.sleep(millis);
    } catch (final InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
