package org.jevent.engine.ring;

import java.nio.ByteBuffer;

/**
 * Addresses as buffers and back: the one thing that depends on how the shim is bound, besides the
 * binding itself.
 */
interface NativeMemory {
  /** The memory at an address, in native byte order. */
  ByteBuffer map(long address, long size);

  /** The address of a direct buffer's first byte. */
  long address(ByteBuffer direct);
}
