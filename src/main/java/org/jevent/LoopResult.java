package org.jevent;

/** How a loop ended. */
public enum LoopResult {
  /** Asked to, or its flags said so; libevent's 0. */
  STOPPED,
  /** Nothing was left to wait for; libevent's 1. */
  EMPTY
}
