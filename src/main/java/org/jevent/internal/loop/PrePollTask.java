package org.jevent.internal.loop;

/** Something to do once before the loop waits. */
@FunctionalInterface
public interface PrePollTask {
  /** Runs on the loop's thread, without its lock. */
  void beforePoll();
}
