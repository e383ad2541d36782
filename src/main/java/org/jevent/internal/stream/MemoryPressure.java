package org.jevent.internal.stream;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jevent.internal.loop.Cleanup;
import org.jevent.internal.loop.MemoryBudget;

/**
 * Keeps one peer from taking the memory of all. While the buffers of a base take more than 80 % of
 * their limit, a stream that holds more than its fair share receives no more. Its share is that
 * part of the limit, divided by the number of streams. It goes on when it holds half of its share,
 * or when the usage has fallen below 70 %. From half of the limit on the others receive no more at
 * a time than what is left of their shares, or a few bytes: many may receive before one finds out
 * that memory is short. A pipe, whose bytes wait in another stream than the one that receives them,
 * asks for its {@link #allowance}.
 */
final class MemoryPressure implements MemoryBudget.Listener {
  /** How much a stream may receive at a time whatever is left of its share. */
  private static final int MANY = 16 * 1024;

  /** The same while the usage is high. */
  private static final int FEW = 4096;

  private final MemoryBudget budget;
  private final AtomicInteger streams = new AtomicInteger();

  /** Streams that receive less, or nothing; guarded by the set. */
  private final Set<StreamInterest> restricted = new LinkedHashSet<>();

  /** How many those are, for a look without the lock; written with it. */
  private volatile int restrictedCount;

  MemoryPressure(final MemoryBudget budget) {
    this.budget = budget;
    budget.listener(this);
  }

  /** A stream was made. Any thread. */
  void opened() {
    streams.incrementAndGet();
  }

  /** A stream is closed. With its guard held. */
  void closed(final StreamInterest stream) {
    streams.decrementAndGet();
    unrestrict(stream);
  }

  private void restrict(final StreamInterest stream) {
    synchronized (restricted) {
      restricted.add(stream);
      restrictedCount = restricted.size();
    }
  }

  /** Returns whether it was restricted. */
  private boolean unrestrict(final StreamInterest stream) {
    if (restrictedCount == 0) {
      return false;
    }
    synchronized (restricted) {
      final boolean was = restricted.remove(stream);
      restrictedCount = restricted.size();
      return was;
    }
  }

  /** How many streams receive less than they would, or nothing; tests count them. */
  int restricted() {
    return restrictedCount;
  }

  private long share() {
    return budget.highMark() / Math.max(1, streams.get());
  }

  /**
   * How many bytes one stream may have waiting in another: a share while memory is short, else any
   * number. Any thread.
   */
  long allowance() {
    return budget.isHigh() ? share() : Long.MAX_VALUE;
  }

  /** How many of {@code max} bytes a stream may receive at a time. With its guard held. */
  long receivable(final StreamInterest stream, final long max) {
    if (isUnused()) {
      return max;
    }
    final int least = budget.isHigh() ? FEW : MANY;
    return Math.min(max, Math.max(least, share() - stream.held()));
  }

  /** Half of the memory or more is free. */
  private boolean isUnused() {
    return !budget.isHigh() && budget.used() <= budget.limit() / 2;
  }

  /** A stream holds more bytes than before. With its guard held. */
  void grown(final StreamInterest stream) {
    if (stream.isSuspendedFor(StreamInterest.MEMORY)) {
      return;
    }
    if (isUnused()) { // it may have been restricted without the usage having been high
      if (unrestrict(stream)) {
        stream.transport().readingChanged();
      }
      return;
    }
    restrict(stream);
    if (budget.isHigh() && stream.held() > share()) {
      stream.suspendReading(StreamInterest.MEMORY);
    } else {
      stream.transport().readingChanged(); // which asks what is receivable
    }
  }

  /** A stream that was suspended holds fewer bytes than before. With its guard held. */
  void shrunk(final StreamInterest stream) {
    if (stream.held() <= share() / 2) {
      stream.resumeReading(StreamInterest.MEMORY);
    }
  }

  @Override
  public void usageChanged(final boolean high) {
    if (high) {
      return; // the streams that go on receiving find out
    }
    final List<StreamInterest> freed;
    synchronized (restricted) {
      freed = new ArrayList<>(restricted);
      restricted.clear();
      restrictedCount = 0;
    }
    final Cleanup each = new Cleanup();
    freed.forEach(stream -> each.run(() -> free(stream)));
    each.rethrow();
  }

  private static void free(final StreamInterest stream) {
    stream.guard.enter();
    try {
      if (!stream.isClosed()) {
        stream.resumeReading(StreamInterest.MEMORY);
        stream.transport().readingChanged();
      }
    } finally {
      stream.guard.exit();
    }
  }
}
