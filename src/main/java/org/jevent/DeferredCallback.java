package org.jevent;

import java.util.Objects;
import org.jevent.internal.loop.DeferredTask;
import org.jevent.internal.loop.EventLoop;

/**
 * Work that is put off until the loop's current callback has returned, run once however often it
 * was scheduled. The first 32 of an iteration run in it, further ones in the next, so that they
 * cannot block I/O. Corresponds to libevent's deferred callbacks, which buffers and buffer events
 * use.
 */
public final class DeferredCallback {
  private final Runnable action;
  private final DeferredTask task;

  DeferredCallback(final EventLoop loop, final Runnable action) {
    this.action = Objects.requireNonNull(action, "action");
    task = loop.newDeferred(this, action);
  }

  /** Asks the loop to run it. Any thread. Returns false when it is scheduled already. */
  public boolean schedule() {
    return task.scheduleOrRefuse();
  }

  /** Cancels it if it has not run yet. Any thread. */
  public void cancel() {
    task.cancel();
  }

  @Override
  public String toString() {
    return "deferred callback " + action;
  }
}
