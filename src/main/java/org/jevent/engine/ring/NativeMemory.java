package org.jevent.engine.ring;

import java.nio.ByteBuffer;

/**
 * Converts addresses to buffers and back. Besides the binding, only this depends on how the shim is
 * bound.
 */
interface NativeMemory {
  /** The memory at an address, in native byte order. */
  ByteBuffer map(long address, long size);

  /** The address of a direct buffer's first byte. */
  long address(ByteBuffer direct);
}
