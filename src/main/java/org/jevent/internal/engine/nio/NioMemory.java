package org.jevent.internal.engine.nio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Memory;

/** A direct buffer; the garbage collector frees it. */
final class NioMemory extends Memory {
  NioMemory(final int size) {
    super(allocate(size), 0);
  }

  private static ByteBuffer allocate(final int size) {
    try {
      return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    } catch (final OutOfMemoryError e) {
      throw new ErrnoException("allocate " + size + " bytes of direct memory", Errno.ENOMEM, 0, e);
    }
  }

  @Override
  public void close() {
    Reclaim.closed(size());
  }
}
