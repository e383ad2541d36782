package org.jevent.internal.engine;

import java.nio.ByteBuffer;

/**
 * A block of memory outside the heap, in native byte order, whose address is known to native
 * engines (0 elsewhere).
 *
 * <p>The owner closes it once; the buffer must not be touched afterwards.
 */
public abstract class Memory implements AutoCloseable {
  private final ByteBuffer buffer;
  private final long address;
  private ByteBuffer view;

  protected Memory(final ByteBuffer buffer, final long address) {
    this.buffer = buffer;
    this.address = address;
  }

  /** A buffer that belongs to the caller; there is nothing to free. */
  public static Memory of(final ByteBuffer buffer, final long address) {
    return new Memory(buffer, address) {
      @Override
      public void close() {}
    };
  }

  /** The bytes. Position and limit belong to the owner; absolute access is preferred. */
  public final ByteBuffer buffer() {
    return buffer;
  }

  /**
   * The range as a view that lasts until the next call: position and limit are the engine's, so
   * that nothing is allocated. The engine's thread only.
   */
  public final ByteBuffer range(final int offset, final int length) {
    if (view == null) {
      view = buffer.duplicate();
    }
    return view.limit(offset + length).position(offset);
  }

  /** The address of the first byte, or 0 when the engine has no use for it. */
  public final long address() {
    return address;
  }

  public final int size() {
    return buffer.capacity();
  }

  @Override
  public abstract void close();
}
