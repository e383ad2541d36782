package org.jevent;

import java.util.Objects;
import org.jevent.internal.engine.Leaks;
import org.jevent.internal.loop.Job;

/** A job of the layers above, which the active queues hold like an event. */
final class DeferredTask extends Activatable implements Job {
  private final Object source;
  private final Runnable action;
  private final Leaks.Watch watch;

  /** Is in the list of what the running wait has found; the loop's thread only. */
  boolean reported;

  DeferredTask(
      final EventBase base, final Object source, final String kind, final Runnable action) {
    super(base, base.defaultPriority());
    this.source = Objects.requireNonNull(source, "source");
    this.action = Objects.requireNonNull(action, "action");
    watch = Leaks.watch(source, kind);
  }

  @Override
  public void report() {
    if (!reported) {
      base.services.reported(this);
      reported = true;
    }
  }

  @Override
  public void schedule() {
    base.states.scheduleUnlessClosed(this);
  }

  @Override
  public void scheduleAfterWait() {
    base.states.scheduleLater(this);
  }

  @Override
  public void cancel() {
    base.states.cancel(this);
  }

  @Override
  public void awaitReturn() {
    base.states.awaitReturn(this);
  }

  @Override
  public void used() {
    Leaks.used(watch);
  }

  @Override
  public void closed() {
    Leaks.closed(watch);
  }

  @Override
  public void priority(final int value) {
    base.states.setPriority(this, value);
  }

  @Override
  void run() {
    base.loop.runUserCode(source, action);
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
