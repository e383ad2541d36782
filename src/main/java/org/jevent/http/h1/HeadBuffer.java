package org.jevent.http.h1;

import java.util.Arrays;
import org.jevent.buffer.EventBuffer;

/**
 * The bytes of a head together, and where its fields are. They are copied out of the input once,
 * and a body behind them stays where it is.
 */
final class HeadBuffer {
  private static final int FIRST_ROOM = 1024;

  /** What is copied at once at first, so that little is copied that belongs to the next message. */
  private static final int FIRST_STEP = 512;

  private byte[] bytes = new byte[FIRST_ROOM];
  private int filled;
  private final FieldIndex fields = new FieldIndex();

  /** The bytes; another array after {@link #copy}. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes are there. */
  int filled() {
    return filled;
  }

  FieldIndex fields() {
    return fields;
  }

  /**
   * Copies the next bytes of the input, which stay there. Each step at most doubles what is here: a
   * head costs no more than its length, and the array has no more than twice that.
   *
   * @param max how many bytes there may be here
   * @return how many bytes were copied
   */
  int copy(final EventBuffer input, final int max) {
    final int step = Math.min(Math.max(FIRST_STEP, filled), max - filled);
    final int count = (int) Math.min(step, input.length());
    assert count > 0 : filled + " of " + max;
    final int needed = filled + count;
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(2 * bytes.length, max)));
    }
    input.copyOut(0, bytes, filled, count);
    filled = needed;
    return count;
  }

  /** Forgets what is behind {@code end}: it belongs to the next message. */
  void cut(final int end) {
    assert end <= filled : end + " of " + filled;
    filled = end;
  }

  /** Nothing is there any more. */
  void clear() {
    filled = 0;
    fields.clear();
  }

  /** Whether it is worth keeping for another head. */
  boolean isSmall() {
    return bytes.length <= 4 * FIRST_ROOM && fields.isSmall();
  }
}
