package org.jevent;

/** How a loop ended. */
public enum LoopResult {
  /** The loop was stopped, or its flags ended it; libevent's 0. */
  STOPPED,
  /** Nothing was left to wait for; libevent's 1. */
  EMPTY
}
