package org.jevent.internal.stream;

/** The stages of a stream's life. */
public enum StreamState {
  /** Its callbacks run. */
  OPEN,

  /** Its output is on its way; it closes then. No callback runs, and what arrives is dropped. */
  FLUSHING,

  /** The same, but then it lingers. */
  FLUSHING_GRACEFULLY,

  /** Its output has left and has ended; it closes when the peer's has ended, or time is up. */
  LINGERING,

  /** Nothing happens any more. */
  CLOSED;

  /** Its output is on its way, and it closes behind that. */
  boolean isFlushing() {
    return this == FLUSHING || this == FLUSHING_GRACEFULLY;
  }

  /** Whether {@code next} may follow this one. */
  boolean leadsTo(final StreamState next) {
    return switch (this) {
      case OPEN -> next == FLUSHING || next == FLUSHING_GRACEFULLY || next == CLOSED;
      case FLUSHING -> next == FLUSHING_GRACEFULLY || next == CLOSED;
      case FLUSHING_GRACEFULLY -> next == FLUSHING || next == LINGERING || next == CLOSED;
      case LINGERING -> next == CLOSED;
      case CLOSED -> false;
    };
  }
}
