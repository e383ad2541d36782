package org.jevent.bufferevent;

import org.jevent.buffer.EventBuffer;

/** Turns the bytes of one direction; {@code bufferevent_filter_cb}. */
@FunctionalInterface
public interface StreamFilter {
  /** What came of it; {@code enum bufferevent_filter_result}. */
  enum Result {
    /** Something was written to the target; {@code BEV_OK}. */
    OK,
    /** Nothing can be written without more bytes; {@code BEV_NEED_MORE}. */
    NEED_MORE,
    /** The stream is broken; {@code BEV_ERROR}. */
    ERROR
  }

  /**
   * Moves bytes from {@code source} to {@code target}, as many as it can. Called again while it
   * returns OK and there is more. OK from a call that moved nothing counts as NEED_MORE. What it
   * throws goes to the base's handler, and counts as ERROR.
   *
   * @param limit how many bytes the target should be given at most, -1: any number
   * @param mode whether to hold something back for later
   */
  Result filter(EventBuffer source, EventBuffer target, long limit, FlushMode mode);
}
