package org.jevent.internal.loop;

import java.nio.channels.SelectableChannel;
import org.jevent.internal.leak.Leaks;

/**
 * What the loop's tables and queues hold of an event. Its fields are guarded by the lock. The loop
 * reaches the event itself through the abstract methods only.
 */
public abstract class EventNode extends TimerNode {
  /** The argument of {@link #call} for the finalizer; others are conditions. */
  private static final long FINALIZER = -1;

  /** Which events are pending and active: what the event calls. */
  protected final EventStates states;

  final int signal;
  final int mask;

  /** The leak detection of a pending event; null for most. */
  private final Leaks.Watch watch;

  private Runnable finalizer;

  /** The descriptor was found to be one that can be watched. */
  boolean watchable;

  /** The event is in the list of its handle or signal. */
  boolean inserted;

  boolean finalizing;
  boolean closed;

  /** The conditions that have activated the event. */
  int result;

  /** How many calls a signal event makes when it runs next. */
  int calls;

  /** How many calls the running signal event has left; delete resets it to stop them. */
  int callsLeft;

  /** Nanoseconds of a persistent event's time-out, or -1. */
  long interval = -1;

  IoEntry entry;
  EventNode ioNext;
  EventNode ioPrevious;
  CommonQueue commonQueue;
  EventNode commonNext;
  EventNode commonPrevious;

  /**
   * A node with the middle priority.
   *
   * @param signal the number of a signal, or -1
   * @param mask a union of the constants of {@link Masks}
   */
  protected EventNode(final EventLoop loop, final int signal, final int mask) {
    super(loop.defaultPriority());
    this.states = loop.states();
    this.signal = signal;
    this.mask = mask;
    watch = Leaks.watch(this, "an event");
    holding(false);
  }

  // ---- what the loop asks of the event ----

  /** Whether the event waits for a handle. */
  protected abstract boolean hasHandle();

  /** The handle, for messages. */
  protected abstract Object handleName();

  /** The handle's descriptor now, or -1. */
  protected abstract int descriptor();

  /** The handle's channel, or null. */
  protected abstract SelectableChannel channel();

  /** Whether the handle has owned its descriptor since it was made. */
  protected abstract boolean ownsDescriptor();

  /** Runs the callback. Called by the loop's thread without the lock. */
  protected abstract void fire(int what);

  // ---- what the event may know of itself ----

  /** The number of the signal, or -1. */
  protected final int signalNumber() {
    return signal;
  }

  /** What it was made for. */
  protected final int mask() {
    return mask;
  }

  /** It was closed. */
  protected final boolean closed() {
    return closed;
  }

  // ---- for the loop ----

  /** Whether its loss matters: a pending event is registered with its base. */
  final void holding(final boolean pending) {
    if (watch != null) {
      watch.holding(pending);
      Leaks.used(watch);
    }
  }

  final void noLongerWatched() {
    Leaks.closed(watch);
  }

  /** Whether it can wait for a condition, or is a user event that is only activated. */
  final boolean needsNoTimeout() {
    return (mask & (Masks.IO | Masks.SIGNAL)) != 0 || (!hasHandle() && mask == 0);
  }

  final boolean persistent() {
    return (mask & Masks.PERSIST) != 0;
  }

  final boolean isSignal() {
    return (mask & Masks.SIGNAL) != 0;
  }

  /** It has a time-out. */
  final boolean timed() {
    return scheduled || commonQueue != null;
  }

  /** For assertions: what the tables and queues hold of it agrees. */
  final boolean agrees() {
    return (entry != null) == (inserted && signal < 0)
        && !(scheduled && commonQueue != null)
        && !(closed && (inserted || timed()));
  }

  final void becomeFinalizer(final Runnable last) {
    finalizer = last;
    finalizing = true;
  }

  @Override
  final void expire() {
    states.timedOut(this);
  }

  @Override
  final void run() {
    states.run(this);
  }

  final void invokeFinalizer(final Invoker invoker) {
    invoker.invoke(this, CallbackKind.FINALIZER, this, FINALIZER);
  }

  final void invokeCallback(final Invoker invoker, final int what) {
    invoker.invoke(this, CallbackKind.EVENT, this, what);
  }

  @Override
  final void call(final long argument) {
    if (argument == FINALIZER) {
      finalizer.run();
    } else {
      fire((int) argument);
    }
  }
}
