package org.jevent.buffer;

/** Notified when a buffer has changed; {@code evbuffer_cb_func}. */
@FunctionalInterface
public interface BufferCallback {
  /**
   * Called after the change, by the thread that has made it or, if deferred, by the loop.
   *
   * <p>What it throws goes to the handler of the buffer's base. Without a base, the operation
   * throws it when it is done and all callbacks have been called.
   *
   * @param originalLength the length before
   * @param added bytes that were added since the last call
   * @param removed bytes that were removed
   */
  void changed(EventBuffer buffer, long originalLength, long added, long removed);
}
