package org.jevent.internal.engine.nio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jevent.internal.engine.Memory;

/** A direct buffer; the garbage collector frees it. */
final class NioMemory extends Memory {
  NioMemory(final int size) {
    super(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()), 0);
  }

  @Override
  public void close() {}
}
