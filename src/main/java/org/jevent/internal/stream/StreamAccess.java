package org.jevent.internal.stream;

import java.lang.invoke.MethodHandles;

/**
 * The hidden side of the public buffer events, for transports in other packages. {@code
 * BufferEvent} sets it in its initializer, which {@link #of} runs if need be.
 */
public abstract class StreamAccess {
  private static volatile StreamAccess instance;

  /** For the implementation in {@code BufferEvent}. */
  protected StreamAccess() {}

  /** Called once, by the initializer of {@code BufferEvent}. */
  public static void set(final StreamAccess access) {
    instance = access;
  }

  /** The access that the initializer of {@code face} sets. */
  public static StreamAccess of(final Class<?> face) {
    if (instance == null) {
      try {
        MethodHandles.lookup().ensureInitialized(face);
      } catch (final IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
    return instance;
  }

  /** As {@link StreamCore#heldBeside}, of a public buffer event. */
  public static void heldBeside(final Object bufferEvent, final long bytes) {
    instance.core(bufferEvent).heldBeside(bytes);
  }

  /** The access, once there is a stream. */
  static StreamAccess get() {
    return instance;
  }

  /** The core of a public buffer event. */
  public abstract StreamCore core(Object bufferEvent);

  /** Makes and starts the public buffer event of a transport. */
  public abstract Object start(StreamCore core, Transport transport);

  /** Runs a read or write callback of the program. */
  protected abstract void callData(Object callback, Object bufferEvent);

  /** Runs an event callback of the program. */
  protected abstract void callEvent(Object callback, Object bufferEvent, int what);
}
