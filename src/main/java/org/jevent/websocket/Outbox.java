package org.jevent.websocket;

import java.nio.ByteBuffer;
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

  /** All bytes of the output and of what waits for it, since the beginning. */
  private long added;

  Outbox(final EventBase base, final EventBuffer output) {
    this.base = base;
    this.output = output;
  }

  /**
   * Where a frame goes. It counts before it is there: the program may send more from a callback of
   * the output.
   */
  private EventBuffer begin(final long length) {
    added += length;
    if (count == 0 && output.length() < MARK) {
      return output;
    }
    if (waiting == null) {
      waiting = new EventBuffer(base);
      lengths = new long[START];
    }
    if (count == lengths.length) {
      grow();
    }
    lengths[(first + count++) % lengths.length] = length;
    return waiting;
  }

  /** It could not be added, and nothing of it was. */
  private void undo(final EventBuffer target, final long length) {
    added -= length;
    if (target == waiting) {
      count--;
    }
  }

  /**
   * Adds a frame, the first bytes of an array.
   *
   * @param shared whether the array never changes, so that it need not be copied
   */
  void add(final byte[] frame, final int length, final boolean shared) {
    final EventBuffer target = begin(length);
    try {
      if (shared) {
        target.addReference(ByteBuffer.wrap(frame, 0, length), null);
      } else {
        target.add(frame, 0, length);
      }
    } catch (final RuntimeException | Error e) {
      undo(target, length);
      throw e;
    }
  }

  /** Adds a frame: all bytes of a buffer, which is empty then. */
  void add(final EventBuffer frame) {
    final long length = frame.length();
    final EventBuffer target = begin(length);
    try {
      target.add(frame);
    } catch (final RuntimeException | Error e) {
      undo(target, length);
      throw e;
    }
  }

  /** Adds a short frame ahead of those that wait. */
  void addAhead(final byte[] frame, final int length) {
    output.add(frame, 0, length);
    added += length;
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
      final long length = lengths[first];
      first = (first + 1) % lengths.length;
      count--;
      waiting.removeTo(output, length);
    }
    assert count > 0 || waiting == null || waiting.isEmpty() : waiting;
  }

  /** Moves all that waits to the output. */
  void flush() {
    if (waiting != null) {
      count = 0;
      output.add(waiting);
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

  /** How many bytes wait to reach the output. */
  long waiting() {
    return waiting == null ? 0 : waiting.length();
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
