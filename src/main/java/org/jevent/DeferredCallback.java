package org.jevent;

import java.util.Objects;

/**
 * Work that is put off until the loop's current callback has returned, run once however often it
 * was scheduled. The first 32 of an iteration run in it, further ones in the next, so that they
 * cannot block I/O. Corresponds to libevent's deferred callbacks, which buffers and buffer events
 * use.
 */
public final class DeferredCallback extends Activatable {
  private final Runnable action;

  DeferredCallback(final EventBase base, final int priority, final Runnable action) {
    super(base, priority);
    this.action = Objects.requireNonNull(action, "action");
  }

  /** Asks the loop to run it. Any thread. Returns false when it is scheduled already. */
  public boolean schedule() {
    return base.states.schedule(this);
  }

  /** Cancels it if it has not run yet. Any thread. */
  public void cancel() {
    base.states.cancel(this);
  }

  @Override
  void run() {
    base.loop.runUserCode(this, action);
  }

  @Override
  public String toString() {
    return "deferred callback " + action;
  }
}
