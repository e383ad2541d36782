package org.jevent.engine.ring;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jevent.engine.Memory;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** Memory of the C heap. */
final class ShimMemory extends Memory {
  private final AtomicBoolean closed = new AtomicBoolean();

  private ShimMemory(final ByteBuffer buffer, final long address) {
    super(buffer, address);
  }

  static ShimMemory allocate(final int size) {
    if (size <= 0) {
      throw new IllegalArgumentException("memory of " + size + " bytes");
    }
    final long address = Shim.alloc(size);
    if (address == 0) {
      throw new ErrnoException("allocate " + size + " bytes", Errno.ENOMEM, 0);
    }
    return new ShimMemory(ShimLoader.memory().map(address, size), address);
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      Shim.free(address());
    }
  }
}
