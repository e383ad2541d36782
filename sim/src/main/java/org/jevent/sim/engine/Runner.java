package org.jevent.sim.engine;

/** What the scheduler runs: a loop, or a thread of the program. One at a time. */
interface Runner {
  /** Its number in the world, which does not change from run to run. */
  long number();

  /** Runs until it waits. */
  void turn();
}
