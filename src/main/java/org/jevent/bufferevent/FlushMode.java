package org.jevent.bufferevent;

/** How much to insist; {@code enum bufferevent_flush_mode}. */
public enum FlushMode {
  /** As always; {@code BEV_NORMAL}. */
  NORMAL,
  /** Everything that there is; {@code BEV_FLUSH}. */
  FLUSH,
  /** Everything, and then the end of the stream; {@code BEV_FINISHED}. */
  FINISHED
}
