package org.jevent.internal.stream;

/** The stages of a stream's life. */
public enum StreamState {
  /** Its callbacks run. */
  OPEN,

  /** Its output is on its way; it closes then. No callback runs, and what arrives is dropped. */
  FLUSHING,

  /** Its output has left and has ended; it closes when the peer's has ended, or time is up. */
  LINGERING,

  /** Nothing happens any more. */
  CLOSED;

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final StreamState next) {
    return switch (this) {
      case OPEN -> next == FLUSHING || next == CLOSED;
      case FLUSHING -> next == LINGERING || next == CLOSED;
      case LINGERING -> next == CLOSED;
      case CLOSED -> false;
    };
  }
}
