package org.jevent.internal.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the buffers of a base have taken, and how much they may. Who wants to act before
 * the limit is reached, such as by receiving less, listens. Any thread, unless stated otherwise.
 */
public final class MemoryBudget {
  /** The usage is high above this part of the limit, and low again below the other. */
  private static final double HIGH = 0.8;

  private static final double LOW = 0.7;

  /** Notified on the loop's thread, before the next wait. */
  @FunctionalInterface
  public interface Listener {
    /**
     * The usage has risen above the high mark, or fallen below the low one. In between it stays
     * what it was.
     */
    void usageChanged(boolean high);
  }

  private final LoopServices services;
  private final long limit;
  private final long highMark;
  private final long lowMark;
  private final AtomicLong used = new AtomicLong();
  private final AtomicBoolean reporting = new AtomicBoolean();
  private final PrePollTask report = this::report;
  private volatile Listener listener;
  private volatile boolean high;

  MemoryBudget(final LoopServices services, final long limit) {
    this.services = services;
    this.limit = limit;
    highMark = (long) (limit * HIGH);
    lowMark = (long) (limit * LOW);
  }

  /** How many bytes may be taken. */
  public long limit() {
    return limit;
  }

  /** Above how many bytes the usage is high. */
  public long highMark() {
    return highMark;
  }

  /** How many bytes have been taken and not given back. */
  public long used() {
    return used.get();
  }

  /** The usage was high when this was reported last. */
  public boolean isHigh() {
    return high;
  }

  /** Takes bytes; false, with nothing taken, if that would exceed the limit. */
  public boolean take(final long bytes) {
    assert bytes >= 0 : bytes;
    long now;
    do {
      now = used.get();
      if (bytes > limit - now) {
        return false;
      }
    } while (!used.compareAndSet(now, now + bytes));
    reportIfChanged(now + bytes);
    return true;
  }

  /** Takes bytes even beyond the limit, for what cannot wait, such as to send what is there. */
  public void takeBeyondLimit(final long bytes) {
    assert bytes >= 0 : bytes;
    reportIfChanged(used.addAndGet(bytes));
  }

  /** Gives bytes back. */
  public void giveBack(final long bytes) {
    assert bytes >= 0 : bytes;
    final long left = used.addAndGet(-bytes);
    assert left >= 0 : left;
    reportIfChanged(left);
  }

  /** Sets the listener; null for none. A high usage is reported to a new one as well. */
  public void listener(final Listener value) {
    high = false;
    listener = value;
    reportIfChanged(used());
  }

  private boolean changes(final long bytes) {
    return high ? bytes < lowMark : bytes > highMark;
  }

  private void reportIfChanged(final long bytes) {
    if (listener != null && changes(bytes) && reporting.compareAndSet(false, true)) {
      services.beforeNextPoll(report);
    }
  }

  /** On the loop's thread. */
  private void report() {
    reporting.set(false);
    final Listener notified = listener;
    if (notified != null && changes(used())) {
      high = !high;
      notified.usageChanged(high);
    }
  }
}
