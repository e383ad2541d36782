package org.jevent.http;

/** How far a call has come. */
enum CallState {
  /** It is not in the hands of the pool. */
  NEW,

  /** It waits for a connection, whether one is being made or not. */
  WAITING,

  /** It waits for the time of a retry. */
  DELAYED,

  /** It has a connection. */
  RUNNING,

  /** It is over: no callback runs any more but the last. */
  OVER;

  boolean leadsTo(final CallState next) {
    return switch (this) {
      case NEW -> next != NEW;
      case WAITING -> next == NEW || next == RUNNING || next == OVER;
      case DELAYED -> next == NEW || next == OVER;
      case RUNNING -> next == NEW || next == OVER;
      case OVER -> false;
    };
  }
}
