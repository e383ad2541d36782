package org.jevent;

import java.time.Duration;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Leaks;

/**
 * One thing to wait for and what to do then: a handle that becomes ready, a time-out, a signal, or
 * a call of {@link #activate}.
 *
 * <p>An event is <em>pending</em> after {@link #add} and <em>active</em> from the moment its
 * condition is met until its callback runs. Without {@link #PERSIST} it stops being pending just
 * before its callback runs, which may add it again. Made by {@link EventBase#newEvent} and its
 * relatives; corresponds to libevent's {@code struct event}.
 *
 * <p>Threads: every method may be called by any thread, unless the base was configured with {@link
 * EventConfig#noLock}.
 *
 * <p>Errors: a closed or finalized event, or a closed base, is answered with {@link
 * IllegalStateException}; {@link #delete} and {@link #close} are always allowed.
 */
public final class Event extends TimerNode implements AutoCloseable {
  /** A time-out has passed; {@code EV_TIMEOUT}. */
  public static final int TIMEOUT = 0x01;

  /** Readable, or a connection to accept; {@code EV_READ}. */
  public static final int READ = 0x02;

  /** Writable, or connected; {@code EV_WRITE}. */
  public static final int WRITE = 0x04;

  /** A signal was raised; {@code EV_SIGNAL}. */
  public static final int SIGNAL = 0x08;

  /** Stays pending when it fires; {@code EV_PERSIST}. */
  public static final int PERSIST = 0x10;

  /** Edge-triggered; {@code EV_ET}. */
  public static final int ET = 0x20;

  /** {@link #delete} never waits for a running callback; {@code EV_FINALIZE}. */
  public static final int FINALIZE = 0x40;

  /** The peer has closed its side, even if data is left to read; {@code EV_CLOSED}. */
  public static final int CLOSED = 0x80;

  static final int IO = READ | WRITE | CLOSED;
  private static final int ALL = IO | TIMEOUT | SIGNAL | PERSIST | ET | FINALIZE;

  private static final int CALLBACK = 0;
  private static final int FINALIZER = 1;

  final Handle handle;

  /** The handle's descriptor was found to be one that can be watched. */
  boolean watchable;

  final int signal;
  final int mask;
  private final EventCallback callback;
  private EventCallback finalizer;
  private int closure = CALLBACK;

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
  Event ioNext;
  Event ioPrevious;
  CommonTimeout commonQueue;
  Event commonNext;
  Event commonPrevious;

  /** The leak detection of a pending event; null for most. */
  private final Leaks.Watch watch;

  Event(
      final EventBase base,
      final Handle handle,
      final int signal,
      final int mask,
      final EventCallback callback) {
    super(base, base.defaultPriority());
    this.handle = handle;
    this.signal = signal;
    this.mask = mask;
    this.callback = Objects.requireNonNull(callback, "callback");
    watch = Leaks.watch(this, "an event");
    holding(false);
  }

  /** Whether its loss matters: a pending event is registered with its base. */
  void holding(final boolean pending) {
    if (watch != null) {
      watch.holding(pending);
      Leaks.used(watch);
    }
  }

  void noLongerWatched() {
    Leaks.closed(watch);
  }

  /**
   * Makes it pending, without a time-out; one that is set already stays as it is. libevent: {@code
   * event_add(ev, NULL)}. For a user event there is nothing to wait for, and nothing happens.
   *
   * @throws IllegalStateException if time is all that it could wait for, as a timer does, and no
   *     time-out is set: it would never fire
   */
  public void add() {
    base.states.add(this, -1);
  }

  /**
   * Makes it pending, with a time-out from now (inside callbacks: from the cached time), which
   * replaces the former one. For a persistent event it is an interval.
   *
   * @param timeout zero or more; beyond 292 years it is as long as that
   */
  public void add(final Duration timeout) {
    base.states.add(this, Clock.nanos("timeout", timeout));
  }

  /**
   * As {@link #add(Duration)}, in nanoseconds and without a {@code Duration}.
   *
   * @param nanos 0 or more
   */
  public void addNanos(final long nanos) {
    base.states.add(this, Arguments.atLeast("nanos", nanos, 0));
  }

  /**
   * As {@link #add(Duration)}, in the queue of a common time-out.
   *
   * @throws IllegalArgumentException if it is another base's
   */
  public void add(final CommonTimeout timeout) {
    if (Objects.requireNonNull(timeout, "timeout").base != base) {
      throw new IllegalArgumentException(
          timeout + " is another base's: one of " + base + " is needed, for " + this);
    }
    base.states.add(this, timeout.nanos);
  }

  /**
   * Makes it neither pending nor active. From another thread it returns only when the callback is
   * not running and will not run again, unless the event has {@link #FINALIZE}. Callbacks of two
   * bases that delete each other's events so deadlock: use {@link #deleteNoBlock}, or a task of the
   * event's base ({@link EventBase#execute}).
   */
  public void delete() {
    base.states.delete(this, (mask & FINALIZE) == 0);
  }

  /** As {@link #delete}, without waiting for a running callback; {@code event_del_noblock}. */
  public void deleteNoBlock() {
    base.states.delete(this, false);
  }

  /**
   * As {@link #delete}, waiting even for an event with {@link #FINALIZE}; {@code event_del_block}.
   */
  public void deleteBlock() {
    base.states.delete(this, true);
  }

  /** Drops the time-out and keeps waiting for the handle; {@code event_remove_timer}. */
  public void removeTimer() {
    base.states.removeTimer(this);
  }

  /**
   * Makes it active as if {@code what} had happened, pending or not. Several activations before the
   * callback runs are one callback with the union. From inside callbacks it runs in the next pass.
   *
   * @param what for the callback: 0 or a union of the constants of this class
   */
  public void activate(final int what) {
    Masks.requireWithin("what", what, ALL);
    base.states.activate(this, what, 1);
  }

  /**
   * Which of the asked conditions it waits for or is active with.
   *
   * @param what a union of {@link #TIMEOUT}, {@link #READ}, {@link #WRITE}, {@link #CLOSED}, {@link
   *     #SIGNAL}; other bits never hold
   * @return the bits that hold, 0 when none
   */
  public int pending(final int what) {
    return base.states.pending(this, what);
  }

  /** True while it waits for something or is active. */
  public boolean isPending() {
    return base.states.isPending(this);
  }

  /** How long until its time-out, not below zero; null when it has none. */
  public Duration remaining() {
    return base.states.remaining(this);
  }

  /**
   * Tears it down without waiting. The event is deleted and its callback never runs again. {@code
   * finalizer} runs in the loop (or when the base is closed) once no callback of the event can be
   * running. It cannot be added again. {@code event_finalize}.
   */
  public void finalizeWith(final EventCallback finalizer) {
    base.states.finalizeEvent(this, Objects.requireNonNull(finalizer, "finalizer"), false);
  }

  /** As {@link #finalizeWith}, closing the event afterwards; {@code event_free_finalize}. */
  public void closeWith(final EventCallback finalizer) {
    base.states.finalizeEvent(this, Objects.requireNonNull(finalizer, "finalizer"), true);
  }

  /**
   * {@link #delete}s it for good, and waits as that does. The handle stays open. {@code
   * event_free}.
   */
  @Override
  public void close() {
    base.states.closeEvent(this);
  }

  /** Its priority; low numbers are urgent. */
  public int priority() {
    return priority;
  }

  /**
   * Sets its priority.
   *
   * @param priority from 0 to one less than the base's number of priorities
   * @throws IllegalStateException while it is active
   */
  public void priority(final int priority) {
    base.states.setPriority(this, priority);
  }

  /** The base it belongs to. */
  public EventBase base() {
    return base;
  }

  /** What it watches, or null for a timer, a signal or a user event. */
  public Handle handle() {
    return handle;
  }

  /** The signal's number, or -1. */
  public int signal() {
    return signal;
  }

  /** What it was made for: a union of the constants of this class. */
  public int events() {
    return mask;
  }

  /** Its callback. */
  public EventCallback callback() {
    return callback;
  }

  /** The event has been closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Whether it can wait for a condition, or is a user event that is only activated. */
  boolean needsNoTimeout() {
    return (mask & (IO | SIGNAL)) != 0 || (handle == null && mask == 0);
  }

  boolean persistent() {
    return (mask & PERSIST) != 0;
  }

  void becomeFinalizer(final EventCallback last) {
    finalizer = last;
    closure = FINALIZER;
  }

  @Override
  void expire(final EventBase owner) {
    owner.states.timedOut(this);
  }

  @Override
  void run() {
    if (closure == FINALIZER) {
      base.loop.runUserCode(this, finalizer, result);
      return;
    }
    if (persistent()) {
      base.states.rearm(this);
    } else {
      base.states.retire(this);
    }
    final int what = result;
    callsLeft = Math.max(calls, 1);
    calls = 0;
    while (callsLeft > 0 && !base.loop.breaking()) {
      callsLeft--;
      base.loop.runUserCode(this, callback, what);
    }
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder("event ");
    if (signal >= 0) {
      text.append("signal ").append(signal).append(' ');
    } else if (handle != null) {
      text.append(handle).append(' ');
    }
    return text.append(Masks.text(mask)).toString();
  }
}
