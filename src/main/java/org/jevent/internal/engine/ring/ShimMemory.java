package org.jevent.internal.engine.ring;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Memory;
import org.jevent.internal.leak.Leaks;

/** Memory of the C heap. */
final class ShimMemory extends Memory {
  private static final AtomicLong ALLOCATED = new AtomicLong();

  private final Block block;
  private final Cleaner.Cleanable cleanable;

  private ShimMemory(final ByteBuffer buffer, final Block block) {
    super(buffer, block.address);
    this.block = block;
    cleanable = Leaks.register(this, block);
  }

  /** Allocates memory that the caller closes. */
  static ShimMemory allocate(final int size) {
    return allocate(size, true);
  }

  /** Allocates a part of an object that leak detection watches. */
  static ShimMemory allocatePart(final int size) {
    return allocate(size, false);
  }

  private static ShimMemory allocate(final int size, final boolean reported) {
    if (size <= 0) {
      throw new IllegalArgumentException("memory of " + size + " bytes");
    }
    final long address = Shim.alloc(size);
    if (address == 0) {
      throw new ErrnoException("allocate " + size + " bytes", Errno.ENOMEM, 0);
    }
    ALLOCATED.addAndGet(size);
    return new ShimMemory(NativeMemory.map(address, size), new Block(address, size, reported));
  }

  /** The allocated bytes of this process. */
  static long allocated() {
    return ALLOCATED.get();
  }

  @Override
  public void close() {
    block.reported = false;
    cleanable.clean();
  }

  /** The state that the cleaner frees if the memory is never closed. */
  private static final class Block implements Runnable {
    private final long address;
    private final int size;
    private final Leaks.Site site;
    private volatile boolean reported;

    Block(final long address, final int size, final boolean reported) {
      this.address = address;
      this.size = size;
      this.reported = reported;
      site = reported ? Leaks.site() : null;
    }

    @Override
    public void run() {
      Shim.free(address, size);
      ALLOCATED.addAndGet(-size);
      if (reported) {
        Leaks.report("native memory", size + " bytes", site);
      }
    }
  }
}
