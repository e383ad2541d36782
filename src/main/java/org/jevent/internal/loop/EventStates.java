package org.jevent.internal.loop;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.log.LibraryLog;

/**
 * Which events are pending and which are active, and every change of that. Implements the public
 * methods of events: they take the lock, change the state, and wake the loop if its wait is
 * outdated.
 */
public final class EventStates {
  private final LoopLock lock;
  private final Clock clock;
  private final LoopState state;
  private final Invoker invoker;
  private final Counts counts;
  private final ActiveQueues active;
  private final Timers timers;
  private final IoTable io;
  private final SignalTable signals;

  /** Where changes are logged, or null. */
  private final LibraryLog.Sink debugLog;

  EventStates(final EventLoop loop, final LibraryLog.Sink debugLog) {
    lock = loop.lock;
    clock = loop.clock;
    state = loop.state;
    invoker = loop.invoker;
    counts = loop.counts;
    active = loop.active;
    timers = loop.timers;
    io = loop.io;
    signals = loop.signals;
    this.debugLog = debugLog;
  }

  private void debug(final String what, final EventNode event) {
    if (debugLog != null) {
      debugLog.log(System.Logger.Level.DEBUG, what + " " + LibraryLog.name(event), null);
    }
  }

  private void requireUsable(final EventNode event, final String operation) {
    state.requireOpen(operation, event);
    if (event.closed || event.finalizing) {
      throw new IllegalStateException(
          operation + " " + event + ": the event is " + (event.closed ? "closed" : "finalized"));
    }
  }

  // ---- adding ----

  /** Adds an event; {@code nanos} below zero means no time-out. */
  public void add(final EventNode event, final long nanos) {
    lock.lock();
    try {
      requireUsable(event, "add");
      if (nanos < 0 && !event.needsNoTimeout() && !event.timed()) {
        throw new IllegalStateException(
            "add " + event + ": without a time-out it never fires; use add(Duration) or addNanos");
      }
      debug("add", event);
      if (nanos >= 0) {
        timers.makeRoom();
      }
      if (!event.inserted && (event.mask & (Masks.IO | Masks.SIGNAL)) != 0) {
        insert(event);
      }
      if (nanos >= 0) {
        if (event.persistent()) {
          event.interval = nanos;
        }
        withdrawTimedOut(event);
        timers.schedule(event, Durations.sum(clock.now(), nanos), nanos);
      }
      event.holding(true);
      assert event.agrees() && (nanos < 0 || event.timed()) : event;
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a timer of the library; does nothing once the base is closed. */
  void addUnlessClosed(final EventNode timer, final long nanos) {
    lock.lock();
    try {
      if (!state.isClosed()) {
        add(timer, nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void insert(final EventNode event) {
    assert lock.isHeld() && event.agrees() : event;
    assert !event.inserted && !event.closed : event;
    if (event.signal >= 0) {
      signals.add(event);
    } else if (event.hasHandle()) {
      io.add(event);
    } else {
      return;
    }
    event.inserted = true;
    counts.addCondition();
  }

  /** A time-out that has not been delivered yet is replaced by the new one. */
  private void withdrawTimedOut(final EventNode event) {
    if (event.queued != 0 && (event.result & Masks.TIMEOUT) != 0) {
      event.calls = 0;
      active.remove(event);
    }
  }

  private void uninsert(final EventNode event) {
    assert lock.isHeld() && event.agrees() : event;
    if (event.inserted) {
      event.inserted = false;
      counts.removeCondition();
      if (event.signal >= 0) {
        signals.remove(event);
      } else {
        io.remove(event);
      }
    }
  }

  // ---- running ----

  /** Runs an active event, which was removed from its queue. Called under the lock. */
  void run(final EventNode event) {
    assert lock.isHeld() && event.queued == 0 : event;
    assert state.processing() || event.finalizing : event;
    if (event.finalizing) {
      event.invokeFinalizer(invoker);
      return;
    }
    if (event.persistent()) {
      rearm(event);
    } else {
      retire(event);
    }
    assert event.agrees() && (event.persistent() || !event.inserted) : event;
    final int what = event.result;
    event.callsLeft = Math.max(event.calls, 1);
    event.calls = 0;
    while (event.callsLeft > 0 && !state.breaking()) {
      event.callsLeft--;
      event.invokeCallback(invoker, what);
    }
  }

  /**
   * Reschedules a persistent event that is about to run. After a time-out the next one follows
   * without drift, otherwise it counts from now.
   */
  private void rearm(final EventNode event) {
    if (event.interval < 0) {
      return;
    }
    final long now = clock.now();
    final boolean timedOut = (event.result & Masks.TIMEOUT) != 0;
    long next = Durations.sum(timedOut ? event.deadline : now, event.interval);
    if (next < now) {
      next = Durations.sum(now, event.interval);
    }
    timers.schedule(event, next, event.interval);
  }

  /** Deletes a one-shot event that is about to run. */
  private void retire(final EventNode event) {
    event.holding(false);
    timers.unschedule(event);
    uninsert(event);
  }

  /** Activates an event whose deadline has passed. */
  void timedOut(final EventNode event) {
    assert lock.isHeld() && !event.timed() : event;
    counts.removeCondition();
    if (!event.persistent() && event.queued == 0) {
      uninsert(event);
    }
    activateLocked(event, Masks.TIMEOUT, 1);
  }

  // ---- deleting ----

  /**
   * Makes an event neither pending nor active.
   *
   * @param wait whether to wait for a callback that another thread runs
   */
  public void delete(final EventNode event, final boolean wait) {
    lock.lock();
    try {
      debug("delete", event);
      if (!event.finalizing) {
        deleteLocked(event);
      }
      if (wait) {
        state.awaitReturn(event);
      }
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  void deleteLocked(final EventNode event) {
    assert lock.isHeld() && !event.finalizing : event;
    if (event.commonQueue != null) {
      timers.makeRoom(); // its queue is scheduled anew
    }
    event.calls = 0;
    event.callsLeft = 0;
    event.holding(false);
    timers.unschedule(event);
    event.interval = -1;
    if (event.queued != 0) {
      active.remove(event);
    }
    uninsert(event);
    assert event.agrees() && !event.inserted && !event.timed() && event.queued == 0 : event;
  }

  /** Drops the time-out of an event. */
  public void removeTimer(final EventNode event) {
    lock.lock();
    try {
      requireUsable(event, "removeTimer");
      timers.unschedule(event);
      event.interval = -1;
    } finally {
      lock.unlock();
    }
  }

  /** Deletes an event for good. */
  public void closeEvent(final EventNode event) {
    lock.lock();
    try {
      if (!event.closed && !event.finalizing) {
        deleteLocked(event);
      }
      event.closed = true;
      assert event.agrees() && (event.queued == 0 || event.finalizing) : event;
      event.noLongerWatched();
      if ((event.mask & Masks.FINALIZE) == 0) {
        state.awaitReturn(event);
      }
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  /** Deletes an event, whose finalizer is what runs of it last. */
  public void finalizeEvent(final EventNode event, final Runnable finalizer, final boolean close) {
    lock.lock();
    try {
      requireUsable(event, "finalize");
      deleteLocked(event);
      event.result = Masks.FINALIZE;
      active.add(event);
      event.becomeFinalizer(finalizer);
      event.closed = close;
      assert event.agrees() && event.queued == Activatable.ACTIVE : event;
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  // ---- activating ----

  /** Makes an event active, pending or not. */
  public void activate(final EventNode event, final int what) {
    lock.lock();
    try {
      state.requireOpen("activate", event);
      if (event.closed) {
        throw new IllegalStateException("activate " + event + ": the event is closed");
      }
      debug("activate", event);
      if (!event.finalizing) {
        activateLocked(event, what, 1);
        state.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  void activateLocked(final EventNode event, final int what, final int calls) {
    assert lock.isHeld() && !event.finalizing : event;
    assert !event.closed && calls > 0 : event;
    final boolean signalled = event.isSignal() && (what & Masks.SIGNAL) != 0;
    if (event.queued != 0) {
      event.result |= what;
      event.calls += signalled ? calls : 0;
      return;
    }
    event.result = what;
    event.calls = signalled ? calls : 0;
    enqueue(event);
  }

  /**
   * Inside callbacks an event becomes active in the next iteration, so that no callback can block
   * I/O.
   */
  private void enqueue(final EventNode event) {
    assert event.queued == 0 : event;
    if (state.processing()) {
      state.activatedInCallback(event.currentPriority());
      active.addLater(event);
    } else {
      active.add(event);
    }
  }

  /** Delivers the readiness and the signals that the engine has reported. */
  void deliverReports() {
    assert lock.isHeld() && state.inLoop();
    IoEntry entry;
    for (int i = 0; (entry = io.nextReported(i)) != null; i++) {
      final int ready = entry.ready;
      final Errno error = entry.error;
      assert ready != 0 || error != Errno.NONE : entry;
      entry.ready = 0;
      entry.error = Errno.NONE;
      if (entry.renew) {
        continue; // of a removed handle: all its events were deleted during the wait
      }
      if (error == Errno.NONE) {
        activateReady(entry, ready);
      } else {
        dropUnwatchable(entry, error);
      }
    }
    io.clearReported();
    signals.deliver(this);
  }

  private void activateReady(final IoEntry entry, final int ready) {
    for (EventNode event = entry.first; event != null; event = event.ioNext) {
      final int what = event.mask & ready & Masks.IO;
      if (what != 0) {
        activateLocked(event, what | (event.mask & Masks.ET), 1);
      }
    }
  }

  private void dropUnwatchable(final IoEntry entry, final Errno error) {
    EventNode event;
    while ((event = entry.first) != null) {
      deleteLocked(event);
      invoker.reportUnlocked(event, new ErrnoException("watch " + entry.name, error, 0));
    }
  }

  /**
   * Activates all events of a handle that wait for one of the bits, or with TIMEOUT those that have
   * a time-out.
   */
  void activateByHandle(
      final Object name, final int descriptor, final SelectableChannel channel, final int what) {
    lock.lock();
    try {
      state.requireOpen("activate events of", name);
      final IoEntry entry = io.find(descriptor, channel);
      for (EventNode event = entry == null ? null : entry.first;
          event != null;
          event = event.ioNext) {
        final int matching =
            (event.mask & what & Masks.IO) | (event.timed() ? what & Masks.TIMEOUT : 0);
        if (matching != 0) {
          activateLocked(event, matching, 1);
        }
      }
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  void activateBySignal(final int number) {
    lock.lock();
    try {
      state.requireOpen("activate events of signal", number);
      for (EventNode event = signals.first(number); event != null; event = event.ioNext) {
        activateLocked(event, Masks.SIGNAL, 1);
      }
      state.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  // ---- asking ----

  /** Which of the asked conditions an event waits for or is active with. */
  public int pending(final EventNode event, final int what) {
    lock.lock();
    try {
      int bits = event.inserted ? event.mask & (Masks.IO | Masks.SIGNAL) : 0;
      bits |= event.queued != 0 ? event.result : 0;
      bits |= event.timed() ? Masks.TIMEOUT : 0;
      return bits & what & (Masks.IO | Masks.SIGNAL | Masks.TIMEOUT);
    } finally {
      lock.unlock();
    }
  }

  /** Whether an event waits for something or is active. */
  public boolean isPending(final EventNode event) {
    lock.lock();
    try {
      return event.inserted || event.queued != 0 || event.timed();
    } finally {
      lock.unlock();
    }
  }

  /** How long until an event's time-out; null when it has none. */
  public Duration remaining(final EventNode event) {
    lock.lock();
    try {
      return event.timed() ? Duration.ofNanos(Math.max(0, event.deadline - clock.now())) : null;
    } finally {
      lock.unlock();
    }
  }

  /** Sets the priority of an event that is not active. */
  public void setPriority(final EventNode event, final int priority) {
    lock.lock();
    try {
      requireUsable(event, "set the priority of");
      Arguments.within("priority", priority, 0, active.priorities() - 1);
      if (event.queued != 0) {
        throw new IllegalStateException(event + " is active: its priority cannot change now");
      }
      event.currentPriority(priority);
    } finally {
      lock.unlock();
    }
  }
}
