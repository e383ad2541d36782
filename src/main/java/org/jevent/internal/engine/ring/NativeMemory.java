package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Addresses as buffers and back. */
final class NativeMemory {
  private NativeMemory() {}

  /** The memory at an address, in native byte order. */
  static ByteBuffer map(final long address, final long size) {
    ShimLoader.requireLoaded();
    return Shim.view(address, size).order(ByteOrder.nativeOrder());
  }

  /** The address of a direct buffer's first byte. */
  static long address(final ByteBuffer direct) {
    ShimLoader.requireLoaded();
    return Shim.address(direct);
  }
}
