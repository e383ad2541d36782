package org.jevent.internal.stream;

/** How far one direction of a stream is from its end. */
enum Half {
  /** Bytes may follow. */
  OPEN,

  /** The bytes present are the last; the peer does not know that yet. */
  ENDING,

  /** No byte follows. */
  ENDED
}
