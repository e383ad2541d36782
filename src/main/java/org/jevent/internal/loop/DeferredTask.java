package org.jevent.internal.loop;

import java.util.Objects;

/** A job with a separate action, or a deferred callback. */
public final class DeferredTask extends JobTask {
  private final Object source;
  private final Runnable action;

  /**
   * @param kind what the source is for leak detection, or null when it need not be closed
   */
  DeferredTask(
      final EventLoop loop, final Object source, final String kind, final Runnable action) {
    super(loop);
    this.source = Objects.requireNonNull(source, "source");
    this.action = Objects.requireNonNull(action, "action");
    if (kind != null) {
      watch(source, kind);
    }
  }

  /**
   * As {@link #schedule}, for the program.
   *
   * @return false if it is scheduled already
   * @throws IllegalStateException if the base is closed
   */
  public boolean scheduleOrRefuse() {
    return scheduleOrThrow();
  }

  @Override
  protected Object source() {
    return source;
  }

  @Override
  protected void runJob() {
    action.run();
  }
}
