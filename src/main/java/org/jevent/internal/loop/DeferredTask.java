package org.jevent.internal.loop;

import java.util.Objects;
import org.jevent.internal.leak.Leaks;

/**
 * A job of the layers above, or a deferred callback, which the active queues hold like an event.
 */
public final class DeferredTask extends Activatable implements Job {
  private final Deferrals deferrals;
  private final LoopServicesImpl services;
  private final Invoker invoker;
  private final Object source;
  private final Runnable action;
  private final Leaks.Watch watch;

  /** Is in the list of what the running wait has found; the loop's thread only. */
  boolean reported;

  /**
   * @param kind what the source is for leak detection, or null when it need not be closed
   */
  DeferredTask(
      final EventLoop loop, final Object source, final String kind, final Runnable action) {
    super(loop.defaultPriority());
    deferrals = loop.deferrals;
    services = loop.services;
    invoker = loop.invoker;
    this.source = Objects.requireNonNull(source, "source");
    this.action = Objects.requireNonNull(action, "action");
    watch = kind == null ? null : Leaks.watch(source, kind);
  }

  @Override
  public void report() {
    if (!reported) {
      services.reported(this);
      reported = true;
    }
  }

  @Override
  public void schedule() {
    deferrals.scheduleUnlessClosed(this);
  }

  /**
   * As {@link #schedule}, for the program.
   *
   * @return false if it is scheduled already
   * @throws IllegalStateException if the base is closed
   */
  public boolean scheduleOrRefuse() {
    return deferrals.schedule(this);
  }

  @Override
  public void scheduleAfterWait() {
    deferrals.scheduleLater(this);
  }

  @Override
  public void cancel() {
    deferrals.cancel(this);
  }

  @Override
  public void awaitReturn() {
    deferrals.awaitReturn(this);
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
    deferrals.setPriority(this, value);
  }

  @Override
  void run() {
    invoker.invoke(source, CallbackKind.DEFERRED, this, 0);
  }

  @Override
  void call(final long argument) {
    action.run();
  }

  @Override
  public String toString() {
    return source.toString();
  }
}
