package org.jevent.internal.access;

import java.lang.invoke.MethodHandles;
import org.jevent.internal.bytes.ByteQueue;
import org.jevent.internal.bytes.Guard;

/**
 * Makes the public view of a queue. {@code EventBuffer} sets how in its initializer, which {@link
 * #of} runs if need be.
 */
public abstract class BufferAccess {
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
   * The view of a queue.
   *
   * @param base the base whose engine opens its files, or null
   * @param guard what its operations run under, or null
   */
  public abstract Object view(ByteQueue queue, Object base, Guard guard);
}
