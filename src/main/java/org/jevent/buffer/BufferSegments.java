package org.jevent.buffer;

import java.util.Objects;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;
import org.jevent.internal.bytes.Transform;
import org.jevent.internal.bytes.Visitor;
import org.jevent.internal.engine.Arguments;

/** Looks at bytes of a buffer, and changes them, where they are. */
abstract class BufferSegments extends BufferIntegers {
  private BufferExtras extras;

  BufferSegments(final ByteQueue queue, final Guard guard) {
    super(queue, guard);
  }

  /**
   * Shows bytes where they are, one segment after the other, and allocates nothing: one view of the
   * buffer's shows all. Bytes of files are read into memory first.
   *
   * @param from where to begin, up to the length
   * @param count below 0: up to the end; more than there is: what there is
   * @param visitor called under the buffer's lock, if it has one. It must not change the buffer;
   *     what it throws ends the visit and is passed on
   * @return false if the visitor has ended the visit
   * @throws IllegalStateException if the visitor has changed the buffer
   */
  public final boolean forEachSegment(
      final long from, final long count, final SegmentVisitor visitor) {
    Objects.requireNonNull(visitor, "visitor");
    begin("forEachSegment", 0);
    try {
      Arguments.place("from", from, queue.length());
      final long rest = queue.length() - from;
      return visit(from, count < 0 ? rest : Math.min(count, rest), visitor);
    } finally {
      end();
    }
  }

  /** What few buffers have, or null. */
  final BufferExtras extras() {
    return extras;
  }

  /** The same, which is there from now on. */
  final BufferExtras requireExtras() {
    if (extras == null) {
      extras = new BufferExtras();
    }
    return extras;
  }

  /** A visitor that visits the same buffer again gets another view. */
  private boolean visit(final long from, final long count, final SegmentVisitor visitor) {
    final ByteView own = requireExtras().view;
    final Visitor shower = own.begin(visitor);
    if (shower == null) {
      return queue.visit(from, count, new ByteView().begin(visitor));
    }
    try {
      return queue.visit(from, count, shower);
    } finally {
      own.end();
    }
  }

  /**
   * Changes bytes where they are, eight at a time; see {@link #transform(long, long,
   * LongBinaryOperator, long)}.
   *
   * @param function gives what a word is replaced with
   */
  public final void transform(final long from, final long count, final LongUnaryOperator function) {
    Objects.requireNonNull(function, "function");
    transform(from, count, function, null, 0);
  }

  /**
   * Changes bytes where they are, eight at a time, such as by a mask or a simple cipher. Words are
   * counted from {@code from} on, whatever the segments are: a mask of four bytes, written twice,
   * fits each of them. The first byte is the lowest of a word. The last word is filled up with
   * zeros, and what it is replaced with is used as far as there are bytes.
   *
   * <p>Bytes that others see, such as references, files and shared segments, are copied before, so
   * that only this buffer shows the change; other bytes are not, and nothing is allocated for them.
   * The number of bytes stays the same, and no callback is called. The front must not be frozen.
   *
   * @param from where to begin
   * @param count how many bytes
   * @param function gives what a word, its first argument, is replaced with. It must not use the
   *     buffer. What it throws is passed on; the words before are changed then
   * @param argument the second argument of the function, so that this need not be an object that
   *     holds it
   * @throws IndexOutOfBoundsException if there are fewer bytes; nothing is changed then
   * @throws org.jevent.error.ErrnoException if there is no memory for copies; nothing is changed
   */
  public final void transform(
      final long from, final long count, final LongBinaryOperator function, final long argument) {
    Objects.requireNonNull(function, "function");
    transform(from, count, null, function, argument);
  }

  private void transform(
      final long from,
      final long count,
      final LongUnaryOperator unary,
      final LongBinaryOperator binary,
      final long argument) {
    begin("transform", FRONT);
    try {
      Arguments.range("from", from, count, queue.length());
      Transform.apply(queue, from, count, unary, binary, argument);
    } finally {
      end();
    }
  }
}
