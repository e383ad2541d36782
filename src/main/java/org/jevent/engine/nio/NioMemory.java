package org.jevent.engine.nio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jevent.engine.Memory;

/** A direct buffer; the garbage collector frees it. */
final class NioMemory extends Memory {
  NioMemory(final int size) {
    super(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()), 0);
  }

  @Override
  public void close() {}
}
