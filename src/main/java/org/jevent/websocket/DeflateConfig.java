package org.jevent.websocket;

import org.jevent.internal.engine.Arguments;

/**
 * Compression of messages: permessage-deflate of RFC 7692. It does not change; each method makes
 * another one.
 *
 * <p>Memory: without context take-over the loop's connections share a few compressors; one whose
 * compressed message is not whole yet keeps one of 39 KiB. With it each connection that has
 * compressed keeps one of up to 262 KiB, and one of 39 KiB that decompresses, outside the heap.
 * {@code maxMessage} bounds what a message is decompressed to.
 */
public final class DeflateConfig implements Cloneable {
  /** No context take-over, messages of 1,024 bytes and more, level 6. */
  public static final DeflateConfig DEFAULT = new DeflateConfig();

  private boolean takeover;
  private int threshold = 1024;
  private int level = 6;

  private DeflateConfig() {}

  private DeflateConfig copy() {
    try {
      return (DeflateConfig) clone();
    } catch (final CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The same with or without context take-over: a message may refer to what was in those before it,
   * in either direction, where the peer agrees. None unless set.
   */
  public DeflateConfig contextTakeover(final boolean on) {
    final DeflateConfig other = copy();
    other.takeover = on;
    return other;
  }

  public boolean contextTakeover() {
    return takeover;
  }

  /** The same with another threshold: shorter messages are sent as they are. 1,024 unless set. */
  public DeflateConfig threshold(final int bytes) {
    Arguments.atLeast("bytes", bytes, 0);
    final DeflateConfig other = copy();
    other.threshold = bytes;
    return other;
  }

  public int threshold() {
    return threshold;
  }

  /** The same with another level, from 1, fast, to 9, small. 6 unless set. */
  public DeflateConfig level(final int effort) {
    Arguments.within("effort", effort, 1, 9);
    final DeflateConfig other = copy();
    other.level = effort;
    return other;
  }

  public int level() {
    return level;
  }
}
