package org.jevent.internal.access;

import java.lang.invoke.MethodHandles;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;

/**
 * Makes the public view of a queue. {@code EventBuffer} sets how in its initializer, which {@link
 * #of} runs if need be.
 */
public abstract class BufferAccess {
  /** {@link #view}: nothing is taken from the front, or put there. */
  public static final int FRONT_FROZEN = 1;

  /** {@link #view}: nothing is added at the back. */
  public static final int BACK_FROZEN = 2;

  /** {@link #view}: the buffer is closed. */
  public static final int CLOSED = 4;

  private static volatile BufferAccess instance;

  /** For the implementation in {@code EventBuffer}. */
  protected BufferAccess() {}

  /** Called once, by the initializer of {@code EventBuffer}. */
  public static void set(final BufferAccess access) {
    instance = access;
  }

  /** The access that the initializer of {@code buffer} sets. */
  public static BufferAccess of(final Class<?> buffer) {
    if (instance == null) {
      try {
        MethodHandles.lookup().ensureInitialized(buffer);
      } catch (final IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return instance;
  }

  /**
   * The view of a queue that has none yet. It takes no lock.
   *
   * @param guard what its operations run under, or null
   * @param marks a union of the constants of this class
   */
  public abstract Object view(ByteQueue queue, Guard guard, int marks);
}
