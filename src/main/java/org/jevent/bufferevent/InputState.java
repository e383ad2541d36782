package org.jevent.bufferevent;

/** Whether a socket's stream can still receive. */
enum InputState {
  /** Bytes may come. */
  OPEN,

  /** The peer has ended its half, or the connection has broken. */
  ENDED,

  /** Bytes were lost for want of memory: what follows them would be a gap unseen. */
  BROKEN
}
