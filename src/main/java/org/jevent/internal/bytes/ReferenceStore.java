package org.jevent.internal.bytes;

import java.nio.ByteBuffer;

/** Bytes of the user, referenced until they have been drained. */
final class ReferenceStore implements Store {
  private final Runnable release;

  private ReferenceStore(final Runnable release) {
    this.release = release;
  }

  /**
   * @param release may be null
   */
  static Segment segment(final ByteBuffer bytes, final Runnable release) {
    final ByteBuffer view = bytes.duplicate();
    final Segment made =
        new Segment(
            new ReferenceStore(release), HeapStore.memory(view), view.position(), view.limit());
    made.end = view.limit();
    return made;
  }

  @Override
  public void release(final Segment segment) {
    if (release != null) {
      release.run();
    }
  }

  @Override
  public boolean writable() {
    return false;
  }

  @Override
  public boolean movable() {
    return false;
  }
}
