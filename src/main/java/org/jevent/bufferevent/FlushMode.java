package org.jevent.bufferevent;

import org.jevent.internal.stream.Transport;

/** How much to insist; {@code enum bufferevent_flush_mode}. */
public enum FlushMode {
  /** As always; {@code BEV_NORMAL}. */
  NORMAL(Transport.NORMAL),
  /** Everything that there is; {@code BEV_FLUSH}. */
  FLUSH(Transport.FLUSH),
  /** Everything, and then the end of the stream; {@code BEV_FINISHED}. */
  FINISHED(Transport.FINISHED);

  private final int number;

  FlushMode(final int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static FlushMode of(final int number) {
    return switch (number) {
      case Transport.FLUSH -> FLUSH;
      case Transport.FINISHED -> FINISHED;
      default -> NORMAL;
    };
  }
}
