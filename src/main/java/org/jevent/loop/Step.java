package org.jevent.loop;

/** Something to do once before the loop waits. */
@FunctionalInterface
public interface Step {
  /** Runs on the loop's thread, without its lock. */
  void step();
}
