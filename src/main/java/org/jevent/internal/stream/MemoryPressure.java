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
 * or when the usage has fallen below 70 %. A pipe, whose bytes wait in another stream than the one
 * that receives them, asks for its {@link #allowance}.
 */
final class MemoryPressure implements MemoryBudget.Listener {
  private final MemoryBudget budget;
  private final AtomicInteger streams = new AtomicInteger();

  /** Streams that receive no more; guarded by the set. */
  private final Set<StreamInterest> suspended = new LinkedHashSet<>();

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
    if (stream.isSuspendedFor(StreamInterest.MEMORY)) {
      forget(stream);
    }
  }

  private void forget(final StreamInterest stream) {
    synchronized (suspended) {
      suspended.remove(stream);
    }
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

  /** A stream holds more bytes than before. With its guard held. */
  void grown(final StreamInterest stream) {
    if (budget.isHigh()
        && stream.held() > share()
        && !stream.isSuspendedFor(StreamInterest.MEMORY)) {
      synchronized (suspended) {
        suspended.add(stream);
      }
      stream.suspendReading(StreamInterest.MEMORY);
    }
  }

  /** A stream that was suspended holds fewer bytes than before. With its guard held. */
  void shrunk(final StreamInterest stream) {
    if (stream.held() <= share() / 2) {
      forget(stream);
      stream.resumeReading(StreamInterest.MEMORY);
    }
  }

  @Override
  public void usageChanged(final boolean high) {
    if (high) {
      return; // the streams that go on receiving find out
    }
    final List<StreamInterest> resumed;
    synchronized (suspended) {
      resumed = new ArrayList<>(suspended);
      suspended.clear();
    }
    final Cleanup each = new Cleanup();
    resumed.forEach(stream -> each.run(() -> resume(stream)));
    each.rethrow();
  }

  private static void resume(final StreamInterest stream) {
    stream.guard.enter();
    try {
      if (!stream.isClosed()) {
        stream.resumeReading(StreamInterest.MEMORY);
      }
    } finally {
      stream.guard.exit();
    }
  }
}
