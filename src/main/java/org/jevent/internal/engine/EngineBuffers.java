package org.jevent.internal.engine;

import java.nio.ByteBuffer;

/** The memory that an engine receives into and sends from. */
public interface EngineBuffers {
  /**
   * Keeps a receive buffer beyond the next {@link Engine#enter}, until as many calls of {@link
   * #release}. Called from within {@code received}.
   */
  void retain(int buffer);

  /** Releases a retained receive buffer. */
  void release(int buffer);

  /** Only memory with an address can be sent from. */
  boolean needsAddresses();

  /**
   * The bytes of a buffer as memory that can be sent from; null when they have to be copied for
   * that. Any thread; nothing to close.
   */
  Memory view(ByteBuffer bytes);

  /** Memory that can be sent from. Any thread; the caller frees it with {@link Memory#close}. */
  Memory allocate(int size);
}
