package org.jevent.segment;

/** Who may use a buffer, or when: asked around each operation. */
public interface Guard {
  /**
   * An operation begins.
   *
   * @throws IllegalStateException if this thread may not
   */
  void enter();

  /** An operation that was allowed has ended. */
  void exit();

  /** Where it stands in the order in which several locks are taken; 0 if it is none. */
  default long rank() {
    return 0;
  }
}
