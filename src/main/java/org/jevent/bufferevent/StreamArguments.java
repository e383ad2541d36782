package org.jevent.bufferevent;

import java.util.Objects;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.internal.engine.Arguments;

/** Checks what a program gives a {@link BufferEvent}. */
final class StreamArguments {
  private static final int BOTH = Event.READ | Event.WRITE;
  private static final int OPTIONS =
      BufferEvent.CLOSE_ON_FREE
          | BufferEvent.THREADSAFE
          | BufferEvent.DEFER_CALLBACKS
          | BufferEvent.UNLOCK_CALLBACKS;
  private static final int TRIGGERS =
      BufferEvent.TRIGGER_IGNORE_WATERMARKS | BufferEvent.TRIGGER_DEFERRED;
  private static final int EVENTS =
      BufferEvent.READING
          | BufferEvent.WRITING
          | BufferEvent.EOF
          | BufferEvent.ERROR
          | BufferEvent.TIMEOUT
          | BufferEvent.CONNECTED;

  private StreamArguments() {}

  static int options(final EventBase base, final int options) {
    Objects.requireNonNull(base, "base");
    return Arguments.bits(
        "options",
        options,
        OPTIONS,
        "CLOSE_ON_FREE|THREADSAFE|DEFER_CALLBACKS|UNLOCK_CALLBACKS (0xf)");
  }

  /** READ, WRITE, both, or none. */
  static void directions(final int mask) {
    Arguments.bits("mask", mask, BOTH, "READ|WRITE (0x6)");
  }

  static void someDirections(final int mask) {
    directions(mask);
    if (mask == 0) {
      throw new IllegalArgumentException("mask 0 is other than READ, WRITE or both");
    }
  }

  static int direction(final int direction) {
    if (direction != Event.READ && direction != Event.WRITE) {
      throw new IllegalArgumentException("direction " + direction + " is other than READ or WRITE");
    }
    return direction;
  }

  static void triggers(final int options) {
    Arguments.bits(
        "options", options, TRIGGERS, "TRIGGER_IGNORE_WATERMARKS|TRIGGER_DEFERRED (0x10004)");
  }

  static void event(final int what) {
    Arguments.bits("what", what, EVENTS, "READING|WRITING|EOF|ERROR|TIMEOUT|CONNECTED (0xf3)");
    if (what == 0) {
      throw new IllegalArgumentException(
          "what 0 is no event: other than 0, it would not be reported");
    }
  }

  /** How many bytes move at once: 0 is the default. */
  static int single(final int bytes) {
    return Arguments.atLeast("bytes", bytes, 0) == 0 ? BufferEvent.DEFAULT_MAX_SINGLE : bytes;
  }
}
