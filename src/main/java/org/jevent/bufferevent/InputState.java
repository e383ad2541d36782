package org.jevent.bufferevent;

/** Whether a socket's stream can still receive. */
enum InputState {
  /** Bytes may come. */
  OPEN,

  /** The peer has ended its half, or the connection has broken. */
  ENDED,

  /** Bytes were lost for lack of memory: later bytes would hide the gap. */
  BROKEN
}
