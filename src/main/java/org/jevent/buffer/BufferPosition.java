package org.jevent.buffer;

/**
 * A place in a buffer, counted from its front; {@code struct evbuffer_ptr}. Draining the front does
 * not move it: set it anew after the buffer has changed.
 */
public final class BufferPosition {
  /** The place that is none. */
  public static final long NONE = -1;

  private final EventBuffer buffer;
  private long value;

  BufferPosition(final EventBuffer buffer, final long value) {
    this.buffer = buffer;
    this.value = value;
  }

  /** How many bytes are in front of it, or {@link #NONE}. */
  public long value() {
    return value;
  }

  /**
   * Moves it to the place that is {@code position} bytes behind the front; {@code
   * EVBUFFER_PTR_SET}.
   *
   * @return false, with {@link #NONE} as its value, when the buffer is shorter
   */
  public boolean set(final long position) {
    final boolean within = position >= 0 && position <= buffer.length();
    value = within ? position : NONE;
    return within;
  }

  /** Moves it by a number of bytes; {@code EVBUFFER_PTR_ADD}. */
  public boolean add(final long distance) {
    if (value == NONE || distance < -value || distance > buffer.length() - value) {
      value = NONE;
      return false;
    }
    value += distance;
    return true;
  }
}
