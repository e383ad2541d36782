package org.jevent.internal.engine.nio;

import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;

/**
 * Limits what one {@code enter} receives, so that the bytes are still in the processor's cache when
 * they are processed. Channels beyond the limit come first in the next one.
 */
final class ReceiveBatch {
  private static final int MAX_RECEIVES = 64;
  private static final int MAX_BYTES = 128 * 1024;

  private final ArrayDeque<SelectionKey> left = new ArrayDeque<>();
  private int receives;
  private int bytes;

  /** Begins the next batch. */
  void begin() {
    receives = 0;
    bytes = 0;
  }

  void received(final int count) {
    receives++;
    bytes += count;
  }

  boolean full() {
    return receives >= MAX_RECEIVES || bytes >= MAX_BYTES;
  }

  /** Defers a readable slot to the next batch. */
  void leave(final SelectionKey key) {
    assert full() : receives;
    left.add(key);
  }

  /** Removes and returns the next deferred slot, or null. */
  SelectionKey next() {
    return full() ? null : left.poll();
  }
}
