package org.jevent.internal.loop;

/** Work that the loop runs once each time it was asked to, at the job's priority. */
public interface Job {
  /**
   * Something has happened: run in this iteration. Only from within {@code Engine.enter}, on the
   * loop's thread.
   */
  void report();

  /**
   * Run as a deferred callback: after the running callback, at most 32 in an iteration. Any thread;
   * nothing happens once the base is closed.
   */
  void schedule();

  /**
   * Run in the next iteration, when the loop has waited once more. Any thread; nothing happens once
   * the base is closed.
   */
  void scheduleAfterWait();

  /** Not to run unless asked again. Any thread. */
  void cancel();

  /** Waits until its action, if another thread runs it, has returned. */
  void awaitReturn();

  /** The source is used: recorded if leak detection watches it. */
  void used();

  /** The source is closed: leak detection stops watching it. */
  void closed();

  /** The priority of the next runs. */
  void priority(int priority);
}
