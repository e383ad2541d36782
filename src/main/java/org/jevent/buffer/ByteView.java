package org.jevent.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jevent.internal.bytes.Visitor;
import org.jevent.internal.engine.Arguments;

/**
 * Bytes of a buffer where they are, while a {@link SegmentVisitor} looks at them: those of one
 * segment. A buffer shows all its segments with the same object, so that a visit allocates nothing.
 *
 * <p>Threads: the one that visits. After the visit of its segment the view has no bytes: it answers
 * with {@link IllegalStateException}.
 */
public final class ByteView {
  private static final boolean NATIVE_IS_LITTLE =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private ByteBuffer bytes;
  private int offset;
  private int length;
  private long position;
  private SegmentVisitor visitor;
  private final Visitor shower = this::show;

  ByteView() {}

  /** Prepares a visit; null if one is under way. */
  Visitor begin(final SegmentVisitor target) {
    if (visitor != null) {
      return null;
    }
    visitor = target;
    return shower;
  }

  void end() {
    visitor = null;
  }

  private boolean show(final ByteBuffer shown, final int from, final int count, final long before) {
    bytes = shown;
    offset = from;
    length = count;
    position = before;
    try {
      return visitor.visit(this);
    } finally {
      bytes = null;
      length = 0;
    }
  }

  /** Where in the buffer the first byte of this view is. */
  public long position() {
    return position;
  }

  /** How many bytes it has: 1 or more during a visit. */
  public int length() {
    return length;
  }

  /**
   * One byte.
   *
   * @param index within the view, from 0
   * @throws IndexOutOfBoundsException if none is there
   */
  public byte get(final int index) {
    if (index < 0 || index >= length) {
      requireVisit();
      Arguments.index("index", index, length);
    }
    return bytes.get(offset + index);
  }

  /**
   * Eight bytes, the first of which is the lowest of the word.
   *
   * @param index of the first, within the view
   * @throws IndexOutOfBoundsException if fewer are there
   */
  public long word(final int index) {
    if (index < 0 || index > length - Long.BYTES) {
      requireVisit();
      throw new IndexOutOfBoundsException(
          "no word is at index " + index + ": the bytes are within 0.." + length + " (exclusive)");
    }
    final long word = bytes.getLong(offset + index);
    return NATIVE_IS_LITTLE ? word : Long.reverseBytes(word);
  }

  /**
   * Copies bytes.
   *
   * @param index of the first, within the view
   * @throws IndexOutOfBoundsException if fewer are there, or the array has no room for them
   */
  public void copyTo(
      final int index, final byte[] target, final int targetOffset, final int count) {
    Objects.requireNonNull(target, "target");
    requireVisit();
    Arguments.range("targetOffset", targetOffset, count, target.length);
    Arguments.range("index", index, count, length);
    bytes.get(offset + index, target, targetOffset, count);
  }

  private void requireVisit() {
    if (bytes == null) {
      throw new IllegalStateException("the visit of these bytes has ended");
    }
  }
}
