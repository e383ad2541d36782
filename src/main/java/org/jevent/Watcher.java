package org.jevent;

import org.jevent.internal.engine.StackReserve;
import org.jevent.internal.loop.LoopWatcher;

/**
 * Code that runs in every iteration of a loop, just before it waits or just after: for embedding
 * other loops and for measuring. Made by {@link EventBase#watchPrepare} and {@link
 * EventBase#watchCheck}; corresponds to libevent's {@code evwatch}.
 */
@SuppressWarnings("exports") // the hidden ancestor has no public members
public final class Watcher extends LoopWatcher implements AutoCloseable {
  /** Runs before the wait. */
  @FunctionalInterface
  public interface Prepare {
    /**
     * Called by the loop's thread.
     *
     * @param timeoutNanos how long the loop will wait at most; negative: without limit
     */
    void prepare(Watcher watcher, long timeoutNanos);
  }

  /** Runs after the wait and before any callback. */
  @FunctionalInterface
  public interface Check {
    /** Called by the loop's thread. */
    void check(Watcher watcher);
  }

  private final EventBase base;
  private final Prepare prepare;
  private final Check check;

  Watcher(final EventBase base, final Prepare prepare, final Check check) {
    super(base.loop(), prepare != null);
    this.base = base;
    this.prepare = prepare;
    this.check = check;
  }

  /** The base it watches. */
  public EventBase base() {
    return base;
  }

  /** Ends it; a watcher may close itself and others from within their calls. Any thread. */
  @Override
  public void close() {
    StackReserve.medium();
    end();
  }

  @Override
  protected void watch(final long timeoutNanos) {
    if (prepare != null) {
      prepare.prepare(this, timeoutNanos);
    } else {
      check.check(this);
    }
  }

  @Override
  public String toString() {
    return prepare != null ? "prepare watcher" : "check watcher";
  }
}
