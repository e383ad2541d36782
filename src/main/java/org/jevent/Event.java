package org.jevent;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.EngineSocket;
import org.jevent.internal.loop.Durations;
import org.jevent.internal.loop.EventNode;
import org.jevent.internal.loop.Masks;
import org.jevent.net.Handle;

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
@SuppressWarnings("exports") // the hidden ancestor has no public members
public final class Event extends EventNode implements AutoCloseable {
  /** A time-out has passed; {@code EV_TIMEOUT}. */
  public static final int TIMEOUT = Masks.TIMEOUT;

  /** Readable, or a connection to accept; {@code EV_READ}. */
  public static final int READ = Masks.READ;

  /** Writable, or connected; {@code EV_WRITE}. */
  public static final int WRITE = Masks.WRITE;

  /** A signal was raised; {@code EV_SIGNAL}. */
  public static final int SIGNAL = Masks.SIGNAL;

  /** Stays pending when it fires; {@code EV_PERSIST}. */
  public static final int PERSIST = Masks.PERSIST;

  /** Edge-triggered; {@code EV_ET}. */
  public static final int ET = Masks.ET;

  /** {@link #delete} never waits for a running callback; {@code EV_FINALIZE}. */
  public static final int FINALIZE = Masks.FINALIZE;

  /** The peer has closed its side, even if data is left to read; {@code EV_CLOSED}. */
  public static final int CLOSED = Masks.CLOSED;

  private final EventBase base;
  private final Handle handle;
  private final EventCallback callback;

  Event(
      final EventBase base,
      final Handle handle,
      final int signal,
      final int mask,
      final EventCallback callback) {
    super(base.loop(), signal, mask);
    this.base = base;
    this.handle = handle;
    this.callback = Objects.requireNonNull(callback, "callback");
  }

  /** An event without a reference in user code: it is added, fires once, and is dropped. */
  static void addOnce(
      final EventBase base,
      final Handle handle,
      final int mask,
      final Duration timeout,
      final EventCallback callback) {
    Objects.requireNonNull(callback, "callback");
    Masks.requireWithin("mask", mask, Masks.IO | TIMEOUT);
    if ((mask & Masks.IO) != 0) {
      final Event event = base.newEvent(handle, mask, callback);
      if (timeout == null) {
        event.add();
      } else {
        event.add(timeout);
      }
    } else if (mask == TIMEOUT) {
      final Event timer = base.newTimer(callback);
      if (timeout == null || timeout.isZero()) {
        timer.activate(TIMEOUT);
      } else {
        timer.add(timeout);
      }
    } else {
      throw new IllegalArgumentException(
          "mask 0 has nothing to wait for: other than 0, a union of "
              + Masks.text(Masks.IO | TIMEOUT));
    }
  }

  /**
   * Makes it pending, without a time-out; one that is set already stays as it is. libevent: {@code
   * event_add(ev, NULL)}. For a user event there is nothing to wait for, and nothing happens.
   *
   * @throws IllegalStateException if time is all that it could wait for, as a timer does, and no
   *     time-out is set: it would never fire
   */
  public void add() {
    states.add(this, -1);
  }

  /**
   * Makes it pending, with a time-out from now (inside callbacks: from the cached time), which
   * replaces the former one. For a persistent event it is an interval.
   *
   * @param timeout zero or more; beyond 292 years it is as long as that
   */
  public void add(final Duration timeout) {
    states.add(this, Durations.nanos("timeout", timeout));
  }

  /**
   * As {@link #add(Duration)}, in nanoseconds and without a {@code Duration}.
   *
   * @param nanos 0 or more
   */
  public void addNanos(final long nanos) {
    states.add(this, Arguments.atLeast("nanos", nanos, 0));
  }

  /**
   * As {@link #add(Duration)}, in the queue of a common time-out.
   *
   * @throws IllegalArgumentException if it is another base's
   */
  public void add(final CommonTimeout timeout) {
    if (Objects.requireNonNull(timeout, "timeout").base() != base) {
      throw new IllegalArgumentException(
          timeout + " is another base's: one of " + base + " is needed, for " + this);
    }
    states.add(this, timeout.durationNanos());
  }

  /**
   * Makes it neither pending nor active. From another thread it returns only when the callback is
   * not running and will not run again, unless the event has {@link #FINALIZE}. Callbacks of two
   * bases that delete each other's events so deadlock: use {@link #deleteNoBlock}, or a task of the
   * event's base ({@link EventBase#execute}).
   */
  public void delete() {
    states.delete(this, (mask() & FINALIZE) == 0);
  }

  /** As {@link #delete}, without waiting for a running callback; {@code event_del_noblock}. */
  public void deleteNoBlock() {
    states.delete(this, false);
  }

  /**
   * As {@link #delete}, waiting even for an event with {@link #FINALIZE}; {@code event_del_block}.
   */
  public void deleteBlock() {
    states.delete(this, true);
  }

  /** Drops the time-out and keeps waiting for the handle; {@code event_remove_timer}. */
  public void removeTimer() {
    states.removeTimer(this);
  }

  /**
   * Makes it active as if {@code what} had happened, pending or not. Several activations before the
   * callback runs are one callback with the union. From inside callbacks it runs in the next pass.
   *
   * @param what for the callback: 0 or a union of the constants of this class
   */
  public void activate(final int what) {
    Masks.requireWithin("what", what, Masks.ALL);
    states.activate(this, what);
  }

  /**
   * Which of the asked conditions it waits for or is active with.
   *
   * @param what a union of {@link #TIMEOUT}, {@link #READ}, {@link #WRITE}, {@link #CLOSED}, {@link
   *     #SIGNAL}; other bits never hold
   * @return the bits that hold, 0 when none
   */
  public int pending(final int what) {
    return states.pending(this, what);
  }

  /** True while it waits for something or is active. */
  public boolean isPending() {
    return states.isPending(this);
  }

  /** How long until its time-out, not below zero; null when it has none. */
  public Duration remaining() {
    return states.remaining(this);
  }

  /**
   * Tears it down without waiting. The event is deleted and its callback never runs again. {@code
   * finalizer} runs in the loop (or when the base is closed) once no callback of the event can be
   * running. It cannot be added again. {@code event_finalize}.
   */
  public void finalizeWith(final EventCallback finalizer) {
    finalizeWith(finalizer, false);
  }

  /** As {@link #finalizeWith}, closing the event afterwards; {@code event_free_finalize}. */
  public void closeWith(final EventCallback finalizer) {
    finalizeWith(finalizer, true);
  }

  private void finalizeWith(final EventCallback finalizer, final boolean close) {
    Objects.requireNonNull(finalizer, "finalizer");
    states.finalizeEvent(this, () -> finalizer.run(this, FINALIZE), close);
  }

  /**
   * {@link #delete}s it for good, and waits as that does. The handle stays open. {@code
   * event_free}.
   */
  @Override
  public void close() {
    states.closeEvent(this);
  }

  /** Its priority; low numbers are urgent. */
  public int priority() {
    return currentPriority();
  }

  /**
   * Sets its priority.
   *
   * @param priority from 0 to one less than the base's number of priorities
   * @throws IllegalStateException while it is active
   */
  public void priority(final int priority) {
    states.setPriority(this, priority);
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
    return signalNumber();
  }

  /** What it was made for: a union of the constants of this class. */
  public int events() {
    return mask();
  }

  /** Its callback. */
  public EventCallback callback() {
    return callback;
  }

  /** The event has been closed. */
  public boolean isClosed() {
    return closed();
  }

  @Override
  protected boolean hasHandle() {
    return handle != null;
  }

  @Override
  protected Object handleName() {
    return handle;
  }

  @Override
  protected int descriptor() {
    return handle.descriptor();
  }

  @Override
  protected SelectableChannel channel() {
    return handle.channel();
  }

  @Override
  protected boolean ownsDescriptor() {
    return handle instanceof EngineSocket socket && socket.isOpen();
  }

  @Override
  protected void fire(final int what) {
    callback.run(this, what);
  }

  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder("event ");
    if (signalNumber() >= 0) {
      text.append("signal ").append(signalNumber()).append(' ');
    } else if (handle != null) {
      text.append(handle).append(' ');
    }
    return text.append(Masks.text(mask())).toString();
  }
}
