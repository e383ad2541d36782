package org.jevent.internal.engine.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A small piece of native memory, for arguments and for bytes between a socket and a buffer whose
 * address is unknown. It is taken for one call and given back.
 *
 * <p>The pieces are kept in a pool and not by threads. A thread that outlives the library's class
 * loader, as those of application servers do, would keep the whole library with its piece.
 */
final class Scratch implements AutoCloseable {
  /** Bytes for payload; an address has room behind it. */
  static final int SIZE = 64 * 1024;

  /** How many pieces are pooled: as many concurrent calls allocate nothing. */
  private static final int PLACES = 32;

  /** Places are this far apart, so that threads which use different ones share no cache line. */
  private static final int STRIDE = 32;

  private static final AtomicReferenceArray<Scratch> POOL =
      new AtomicReferenceArray<>(PLACES * STRIDE);

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(SIZE + AddressCodec.SIZE).order(ByteOrder.nativeOrder());
  private final long address = NativeMemory.address(buffer);

  private Scratch() {}

  /** Takes a piece, which belongs to the caller until it is closed. */
  static Scratch take() {
    final int first = firstPlace();
    for (int i = 0; i < PLACES; i++) {
      final int place = place(first + i);
      final Scratch kept = POOL.get(place);
      if (kept != null && POOL.compareAndSet(place, kept, null)) {
        return kept;
      }
    }
    return new Scratch();
  }

  /** Returns it to the pool; if that is full, the garbage collector frees it. */
  @Override
  public void close() {
    final int first = firstPlace();
    for (int i = 0; i < PLACES; i++) {
      if (POOL.compareAndSet(place(first + i), null, this)) {
        return;
      }
    }
  }

  /** Each thread begins at a different place, and so finds the piece that it returned last. */
  private static int firstPlace() {
    return (int) Thread.currentThread().getId();
  }

  private static int place(final int number) {
    return (number & (PLACES - 1)) * STRIDE;
  }

  ByteBuffer buffer() {
    return buffer;
  }

  long address() {
    return address;
  }

  /** The room for an address. */
  long addressOfAddress() {
    return address + SIZE;
  }
}
