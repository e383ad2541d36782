package org.jevent.sim;

/** How a {@link Host} ends. */
public enum Crash {
  /** It loses its power: peers hear nothing. */
  POWER,
  /** Its process ends: the kernel closes what was open, and peers hear of it. */
  PROCESS
}
