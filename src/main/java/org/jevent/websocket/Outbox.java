package org.jevent.websocket;

import org.jevent.EventBase;
import org.jevent.buffer.EventBuffer;

/**
 * Frames on their way out. The stream's output gets {@link #MARK} bytes and the rest of one frame;
 * what is more waits here, so that a pong goes ahead of it.
 */
final class Outbox implements AutoCloseable {
  /** With this many bytes waiting the program should wait. */
  static final long MARK = 256 * 1024;

  private static final int START = 16;

  /** What a frame that waits takes besides its bytes, in a list that is twice as long as needed. */
  private static final int FRAME_COST = 2 * Long.BYTES;

  private final EventBase base;
  private final EventBuffer output;

  /** Frames that wait, and the length of each, in a ring; null and empty until one has to wait. */
  private EventBuffer waiting;

  private long[] lengths;
  private int first;
  private int count;
  private long before;

  /** All bytes of the output and of what waits for it, since the beginning. */
  private long added;

  Outbox(final EventBase base, final EventBuffer output) {
    this.base = base;
    this.output = output;
  }

  /** Where the next frame is to be written; {@link #end} follows. */
  EventBuffer begin() {
    if (count == 0 && output.length() < MARK) {
      before = output.length();
      return output;
    }
    if (waiting == null) {
      waiting = new EventBuffer(base);
      lengths = new long[START];
    }
    before = waiting.length();
    return waiting;
  }

  /** The frame is written. */
  void end(final EventBuffer target) {
    added += target.length() - before;
    if (target == waiting) {
      if (count == lengths.length) {
        grow();
      }
      lengths[(first + count++) % lengths.length] = waiting.length() - before;
    }
  }

  private void grow() {
    final long[] larger = new long[lengths.length * 2];
    for (int i = 0; i < count; i++) {
      larger[i] = lengths[(first + i) % lengths.length];
    }
    lengths = larger;
    first = 0;
  }

  /** The output has room again. */
  void drained() {
    while (count > 0 && output.length() < MARK) {
      waiting.removeTo(output, lengths[first]);
      first = (first + 1) % lengths.length;
      count--;
    }
    assert count > 0 || waiting == null || waiting.isEmpty() : waiting;
  }

  /** Moves all that waits to the output. */
  void flush() {
    if (waiting != null) {
      output.add(waiting);
      count = 0;
    }
  }

  /** Drops the frames that wait. */
  void dropWaiting() {
    if (waiting != null) {
      added -= waiting.length();
      waiting.drain(waiting.length());
      count = 0;
    }
  }

  /** A frame that does not wait was added to the output. */
  void passedBy(final long bytes) {
    added += bytes;
  }

  /** How many bytes the stream has taken. */
  long taken() {
    return added - queued();
  }

  boolean hasWaiting() {
    return count > 0;
  }

  /** The same with what the list of frames takes. */
  long held() {
    return queued() + (long) count * FRAME_COST;
  }

  /** How many bytes wait to be sent. */
  long queued() {
    return output.length() + (waiting == null ? 0 : waiting.length());
  }

  @Override
  public void close() {
    if (waiting != null) {
      waiting.close();
      waiting = null;
      count = 0;
    }
  }
}
