package org.jevent.bufferevent;

/** The four watermarks; all zero unless set. */
final class Watermarks {
  /** Shared by all that have not set any. */
  static final Watermarks NONE = new Watermarks();

  long readLow;
  long readHigh;
  long writeLow;
  long writeHigh;
}
