package org.jevent.internal.bytes;

/** Guards the use of a buffer: entered and left around each operation. */
public interface Guard {
  /**
   * An operation begins.
   *
   * @throws IllegalStateException if this thread may not
   */
  void enter();

  /** An operation that was allowed has ended. */
  void exit();

  /** Its rank in the order in which several locks are taken; 0 if it is no lock. */
  default long rank() {
    return 0;
  }
}
