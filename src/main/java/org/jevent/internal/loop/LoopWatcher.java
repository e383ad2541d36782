package org.jevent.internal.loop;

/** Code that runs in every iteration, just before the loop waits or just after. */
public abstract class LoopWatcher extends Invocable {
  final boolean prepares;
  private final Watchers watchers;
  private volatile boolean closed;

  /**
   * A watcher that runs once it is added with {@link EventLoop#watch}.
   *
   * @param prepares whether it runs before the wait
   */
  protected LoopWatcher(final EventLoop loop, final boolean prepares) {
    this.watchers = loop.watchers;
    this.prepares = prepares;
  }

  /** Called by the loop's thread without the lock. */
  protected abstract void watch(long timeoutNanos);

  /** Ends it. Any thread. */
  protected final void end() {
    if (!closed) {
      closed = true;
      watchers.remove(this);
    }
  }

  @Override
  final void call(final long argument) {
    if (!closed) {
      watch(argument);
    }
  }

  final CallbackKind kind() {
    return prepares ? CallbackKind.PREPARE : CallbackKind.CHECK;
  }
}
