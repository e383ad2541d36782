package org.jevent.internal.bytes;

import java.nio.ByteBuffer;

/** Sees the bytes of a queue where they are, one segment after the other. */
@FunctionalInterface
public interface Visitor {
  /**
   * The bytes of one segment.
   *
   * @param bytes which are not to be changed, and holds others besides
   * @param offset where they begin
   * @param position where in the queue they begin
   * @return false to end the visit
   */
  boolean visit(ByteBuffer bytes, int offset, int length, long position);
}
