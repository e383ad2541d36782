package org.jevent.soak;

import org.jevent.buffer.EventBuffer;
import org.jevent.bufferevent.BufferEvent;

/**
 * A known stream of bytes from one buffer event to another: sent in pieces, checked byte by byte.
 */
final class Flow {
  /** The output holds at most this many bytes, and a piece more. */
  static final int WINDOW = 32 * 1024;

  private static final int PIECE = 8 * 1024;

  private final Churn churn;
  private final int seed;
  private final long total;
  private final byte[] scratch = new byte[4096];
  private long sent;
  private long arrived;

  Flow(final Churn churn, final long total) {
    this.churn = churn;
    this.seed = churn.random.nextInt();
    this.total = total;
  }

  /** Adds to the output what there is room for. */
  void send(final BufferEvent from) {
    while (sent < total && from.output().length() < WINDOW) {
      final int count = (int) Math.min(churn.some(PIECE), total - sent);
      from.write(Pattern.bytes(seed, sent, count));
      sent += count;
    }
  }

  /** Takes what has arrived; true when that was all. */
  boolean take(final EventBuffer input) {
    return take(input, Long.MAX_VALUE);
  }

  boolean take(final EventBuffer input, final long max) {
    long left = max;
    int count = input.remove(scratch, 0, (int) Math.min(left, scratch.length));
    while (count > 0) {
      check(count);
      left -= count;
      count = input.remove(scratch, 0, (int) Math.min(left, scratch.length));
    }
    return isComplete();
  }

  private void check(final int count) {
    final int wrong = Pattern.mismatch(seed, arrived, scratch, count);
    if (wrong >= 0) {
      churn.fail("byte " + (arrived + wrong) + " of " + total + " is wrong");
    }
    arrived += count;
    if (arrived > total) {
      churn.fail((arrived - total) + " bytes more than were sent");
    }
    churn.checked(count);
  }

  boolean isComplete() {
    return arrived == total;
  }

  @Override
  public String toString() {
    return arrived + " of " + total + " bytes, " + sent + " sent";
  }
}
