package org.jevent.buffer;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.engine.Arguments;

/** Removes, copies and shows the bytes of a buffer. */
abstract class BufferReader extends BufferFrame {
  BufferReader(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  // ---- taking ----

  /**
   * Removes the first bytes; all when there are fewer. Returns how many; {@code evbuffer_drain}.
   */
  public final long drain(final long count) {
    Arguments.atLeast("count", count, 0);
    begin("drain", FRONT);
    try {
      return queue.drain(count);
    } finally {
      end();
    }
  }

  /** Removes bytes into the array, as many as there are and fit; {@code evbuffer_remove}. */
  public final int remove(final byte[] target) {
    return remove(Objects.requireNonNull(target, "target"), 0, target.length);
  }

  /** Removes at most {@code count} bytes into the array; returns how many. */
  public final int remove(final byte[] target, final int offset, final int count) {
    Objects.requireNonNull(target, "target");
    Arguments.range("offset", offset, count, target.length);
    begin("remove", FRONT);
    try {
      final int part = (int) Math.min(count, queue.length());
      queue.copyOut(0, target, offset, part);
      queue.drain(part);
      return part;
    } finally {
      end();
    }
  }

  /** Removes bytes into the buffer's remaining room; returns how many. */
  public final int remove(final ByteBuffer target) {
    Objects.requireNonNull(target, "target");
    begin("remove", FRONT);
    try {
      final int part = (int) Math.min(target.remaining(), queue.length());
      queue.copyOut(0, target, part);
      queue.drain(part);
      return part;
    } finally {
      end();
    }
  }

  /**
   * Removes exactly that many bytes and gives them in a new array.
   *
   * @param count from 0 to the length
   * @throws IndexOutOfBoundsException if there are fewer; nothing is removed then
   */
  public final byte[] readBytes(final int count) {
    begin("readBytes", FRONT);
    try {
      Arguments.place("count", count, queue.length());
      final byte[] bytes = new byte[count];
      queue.copyOut(0, bytes, 0, count);
      queue.drain(count);
      return bytes;
    } finally {
      end();
    }
  }

  /** Copies the first bytes, as many as there are and fit, and leaves them; their number. */
  public final int copyOut(final byte[] target) {
    Objects.requireNonNull(target, "target");
    begin("copyOut", 0);
    try {
      final int part = (int) Math.min(target.length, queue.length());
      queue.copyOut(0, target, 0, part);
      return part;
    } finally {
      end();
    }
  }

  /**
   * Copies bytes and leaves them; {@code evbuffer_copyout_from}.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public final void copyOut(
      final long from, final byte[] target, final int offset, final int count) {
    Objects.requireNonNull(target, "target");
    Arguments.range("offset", offset, count, target.length);
    begin("copyOut", 0);
    try {
      Arguments.range("from", from, count, queue.length());
      queue.copyOut(from, target, offset, count);
    } finally {
      end();
    }
  }

  /**
   * The byte at a position.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  public final byte get(final long position) {
    begin("get", 0);
    try {
      return queue.get(Arguments.index("position", position, queue.length()));
    } finally {
      end();
    }
  }

  /**
   * A copy of all bytes; they stay.
   *
   * @throws IllegalStateException if there are more than an array can hold
   */
  public final byte[] toByteArray() {
    begin("toByteArray", 0);
    try {
      final byte[] copy = new byte[arrayLength("toByteArray", queue.length())];
      queue.copyOut(0, copy, 0, copy.length);
      return copy;
    } finally {
      end();
    }
  }

  /**
   * Makes the first bytes stand together and shows them; {@code evbuffer_pullup}. Bytes that others
   * see, too, are shown read-only.
   *
   * @param count up to {@link EventBuffer#MAX_ROOM}; below 0: all
   * @return a view, or null when there are fewer bytes
   * @throws IllegalArgumentException if that are more bytes than can stand together
   */
  public final ByteBuffer pullUp(final long count) {
    begin("pullUp", 0);
    try {
      final long bytes = count < 0 ? queue.length() : count;
      if (bytes > queue.length()) {
        return null;
      }
      return queue.pullUp((int) Arguments.within("count", bytes, 0, EventBuffer.MAX_ROOM));
    } finally {
      end();
    }
  }

  /**
   * Shows bytes where they are, without moving them; {@code evbuffer_peek}.
   *
   * @param from where to begin, up to the length
   * @param count below 0: up to the end; more than there is: what there is
   * @param views filled as far as they go; null to count only
   * @return how many views all these bytes need
   */
  public final int peek(final long from, final long count, final ByteBuffer[] views) {
    begin("peek", 0);
    try {
      Arguments.place("from", from, queue.length());
      final long rest = queue.length() - from;
      return queue.peek(from, count < 0 ? rest : Math.min(count, rest), views);
    } finally {
      end();
    }
  }
}
