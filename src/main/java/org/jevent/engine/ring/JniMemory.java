package org.jevent.engine.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory through the shim's own JNI functions. */
final class JniMemory implements NativeMemory {
  @Override
  public ByteBuffer map(final long address, final long size) {
    return newBuffer(address, size).order(ByteOrder.nativeOrder());
  }

  @Override
  public long address(final ByteBuffer direct) {
    return addressOf(direct);
  }

  private static native ByteBuffer newBuffer(long address, long size);

  private static native long addressOf(ByteBuffer direct);
}
