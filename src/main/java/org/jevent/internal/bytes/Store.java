package org.jevent.internal.bytes;

/** Where a segment's memory comes from and goes back to. */
interface Store {
  /** The segment is in no queue any more. Any thread. */
  void release(Segment segment);

  /** Bytes may be added behind and in front of those that the segment has. */
  boolean writable();

  /** The bytes must not be changed through views: others see them too. */
  default boolean readOnly() {
    return !writable();
  }

  /** The library may move the bytes elsewhere: no callback waits for their release. */
  default boolean movable() {
    return true;
  }

  /** Several segments may show the bytes. */
  default boolean shareable() {
    return true;
  }
}
