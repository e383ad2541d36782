package org.jevent.engine.nio;

import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;

/**
 * How much one {@code enter} receives, so that it is in the processor's cache still when it is
 * looked at and answered. Channels that have to wait for that come first in the next one.
 */
final class ReceiveBatch {
  private static final int MAX_RECEIVES = 64;
  private static final int MAX_BYTES = 128 * 1024;

  private final ArrayDeque<SelectionKey> left = new ArrayDeque<>();
  private int receives;
  private int bytes;

  /** The next batch; nothing of it has been received. */
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

  /** It was ready to be received from, and is put off to the next batch. */
  void leave(final SelectionKey key) {
    left.add(key);
  }

  /** Takes the first that was put off and is next now, or null. */
  SelectionKey next() {
    return full() ? null : left.poll();
  }
}
