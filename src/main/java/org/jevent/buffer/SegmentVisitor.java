package org.jevent.buffer;

/** Sees the bytes of a buffer where they are. */
@FunctionalInterface
public interface SegmentVisitor {
  /**
   * The bytes of the next segment. It must not change the buffer.
   *
   * @param bytes which are there until this method returns
   * @return whether to go on
   */
  boolean visit(ByteView bytes);
}
