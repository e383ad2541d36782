package org.jevent.internal.engine;

/** The loop above an engine, for engines that run several loops in one thread. */
public interface LoopTurns {
  /**
   * One iteration that does not wait.
   *
   * @return how long the next one would wait: -1 without limit, 0 not at all, else nanoseconds
   */
  long turn();

  /** The last iteration has ended the loop, as a callback asked. */
  boolean isStopped();

  /** The engine runs other code in the loop's thread while the loop waits in it. */
  void suspend();

  /** That is over. */
  void resume();
}
