package org.jevent.internal.loop;

import org.jevent.internal.leak.Leaks;

/**
 * A job that is its owner's ancestor, so that an owner which exists in great numbers needs no
 * second object. The active queues hold it like an event.
 */
public abstract class JobTask extends Activatable implements Job {
  private final EventLoop loop;
  private Leaks.Watch watch;

  /** Is in the list of what the running wait has found; the loop's thread only. */
  boolean reported;

  JobTask(final EventLoop loop) {
    super(loop.defaultPriority());
    this.loop = loop;
  }

  /** A job of the base that has these services. */
  protected JobTask(final LoopServices services) {
    this(((LoopServicesImpl) services).loop());
  }

  /**
   * Watches an object that has to be closed, if leak detection samples it. Called once at most.
   *
   * @param kind what it is, for the report that it never was closed
   */
  protected final void watch(final Object owner, final String kind) {
    assert watch == null : "watched already: " + owner;
    watch = Leaks.watch(owner, kind);
  }

  /** The services of its base. */
  public final LoopServices services() {
    return loop.services;
  }

  /** What an exception of the action is reported with. */
  protected abstract Object source();

  /** What the job does. Called by the loop's thread, without the loop's lock. */
  protected abstract void runJob();

  @Override
  public final void report() {
    if (!reported) {
      loop.services.reported(this);
      reported = true;
    }
  }

  @Override
  public final void schedule() {
    loop.deferrals.scheduleUnlessClosed(this);
  }

  /** As {@link #schedule}; false: it is scheduled already. */
  final boolean scheduleOrThrow() {
    return loop.deferrals.schedule(this);
  }

  @Override
  public final void scheduleAfterWait() {
    loop.deferrals.scheduleLater(this);
  }

  @Override
  public final void cancel() {
    loop.deferrals.cancel(this);
  }

  @Override
  public final void awaitReturn() {
    loop.deferrals.awaitReturn(this);
  }

  @Override
  public final void used() {
    Leaks.used(watch);
  }

  @Override
  public final void closed() {
    Leaks.closed(watch);
  }

  @Override
  public final void priority(final int value) {
    loop.deferrals.setPriority(this, value);
  }

  @Override
  final void run() {
    assert queued == 0 : this;
    loop.invoker.invoke(source(), CallbackKind.DEFERRED, this, 0);
  }

  @Override
  final void call(final long argument) {
    runJob();
  }

  @Override
  public String toString() {
    return source().toString();
  }
}
