package org.jevent.engine.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A thread's small piece of native memory, for arguments and for bytes on their way between a
 * socket and a buffer whose address is unknown. Freed with the thread by the garbage collector.
 */
final class Scratch {
  /** Bytes for payload; an address has room behind it. */
  static final int SIZE = 64 * 1024;

  private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(SIZE + AddressCodec.SIZE).order(ByteOrder.nativeOrder());
  private final long address = ShimLoader.memory().address(buffer);

  static Scratch current() {
    return CURRENT.get();
  }

  ByteBuffer buffer() {
    return buffer;
  }

  long address() {
    return address;
  }

  /** Where an address may stand. */
  long addressOfAddress() {
    return address + SIZE;
  }
}
