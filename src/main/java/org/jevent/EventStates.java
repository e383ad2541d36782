package org.jevent;

import java.time.Duration;
import java.util.Arrays;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.internal.engine.Arguments;
import org.jevent.internal.engine.Engine;

/**
 * Which events are pending and which are active, and every change of that. Implements the public
 * methods of events: they take the base's lock, change the state, and wake the loop if its wait is
 * outdated.
 */
final class EventStates {
  private static final int MAX_COMMON_TIMEOUTS = 256;
  private static final int MAX_DEFERRED_PER_ITERATION = 32;
  private static final int COUNTS =
      EventBase.COUNT_ACTIVE | EventBase.COUNT_VIRTUAL | EventBase.COUNT_ADDED;

  final TimerQueue timers = new TimerQueue();
  final ActiveQueues active;
  final IoMap io;
  final SignalMap signals;
  private final EventBase base;
  private final Lock lock;
  private CommonTimeout[] commonTimeouts = new CommonTimeout[0];
  private int added;
  private int maximumAdded;
  private int virtual;
  private int maximumVirtual;

  /** How many deferred callbacks were scheduled in this iteration. */
  int deferred;

  EventStates(final EventBase base, final Engine engine, final Lock lock, final int priorities) {
    this.base = base;
    this.lock = lock;
    this.active = new ActiveQueues(priorities);
    this.io = new IoMap(engine);
    this.signals = new SignalMap(engine);
  }

  // ---- adding ----

  /** Adds an event; {@code nanos} below zero means no time-out. */
  void add(final Event event, final long nanos) {
    lock.lock();
    try {
      requireUsable(event, "add");
      if (nanos < 0 && !event.needsNoTimeout() && !timed(event)) {
        throw new IllegalStateException(
            "add " + event + ": without a time-out it never fires; use add(Duration) or addNanos");
      }
      base.debug("add", event);
      timers.makeRoom(2);
      if (!event.inserted && (event.mask & (Event.IO | Event.SIGNAL)) != 0) {
        insert(event);
      }
      if (nanos >= 0) {
        if (event.persistent()) {
          event.interval = nanos;
        }
        withdrawTimedOut(event);
        schedule(event, saturatedSum(base.clock.now(), nanos), nanos);
      }
      event.holding(true);
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  /** Adds a timer of the library; does nothing once the base is closed. */
  void addUnlessClosed(final Event timer, final long nanos) {
    lock.lock();
    try {
      if (!base.isClosed()) {
        add(timer, nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  private void insert(final Event event) {
    if (event.signal >= 0) {
      signals.add(event);
    } else if (event.handle == null) {
      return;
    } else {
      io.add(event);
    }
    event.inserted = true;
    countAdded(1);
  }

  /** A time-out that has not been delivered yet is replaced by the new one. */
  private void withdrawTimedOut(final Event event) {
    if (event.queued != 0 && (event.result & Event.TIMEOUT) != 0) {
      event.calls = 0;
      active.remove(event);
    }
  }

  private void schedule(final Event event, final long deadline, final long nanos) {
    timers.makeRoom(2); // that of a common time-out and its own
    unschedule(event);
    event.deadline = deadline;
    final CommonTimeout common = commonTimeout(nanos);
    if (common != null) {
      common.add(event, timers);
    } else {
      timers.add(event, deadline);
    }
    countAdded(1);
  }

  private void unschedule(final Event event) {
    if (event.commonQueue != null) {
      event.commonQueue.remove(event, timers);
      countAdded(-1);
    } else if (event.scheduled) {
      timers.remove(event);
      countAdded(-1);
    }
  }

  static boolean timed(final Event event) {
    return event.scheduled || event.commonQueue != null;
  }

  /**
   * Reschedules a persistent event that is about to run. After a time-out the next one follows
   * without drift, otherwise it counts from now.
   */
  void rearm(final Event event) {
    if (event.interval < 0) {
      return;
    }
    final long now = base.clock.now();
    final boolean timedOut = (event.result & Event.TIMEOUT) != 0;
    long next = saturatedSum(timedOut ? event.deadline : now, event.interval);
    if (next < now) {
      next = saturatedSum(now, event.interval);
    }
    schedule(event, next, event.interval);
  }

  /** Deletes a one-shot event that is about to run. */
  void retire(final Event event) {
    event.holding(false);
    unschedule(event);
    uninsert(event);
  }

  private void uninsert(final Event event) {
    if (event.inserted) {
      event.inserted = false;
      countAdded(-1);
      if (event.signal >= 0) {
        signals.remove(event);
      } else {
        io.remove(event);
      }
    }
  }

  /** Activates an event whose deadline has passed. */
  void timedOut(final Event event) {
    countAdded(-1);
    if (!event.persistent() && event.queued == 0) {
      uninsert(event);
    }
    activateLocked(event, Event.TIMEOUT, 1);
  }

  // ---- deleting ----

  void delete(final Event event, final boolean wait) {
    lock.lock();
    try {
      base.debug("delete", event);
      if (!event.finalizing) {
        deleteLocked(event);
      }
      if (wait) {
        base.loop.awaitReturn(event);
      }
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  void deleteLocked(final Event event) {
    timers.makeRoom(1); // a common time-out may need it
    event.calls = 0;
    event.callsLeft = 0;
    event.holding(false);
    unschedule(event);
    event.interval = -1;
    if (event.queued != 0) {
      active.remove(event);
    }
    uninsert(event);
  }

  void removeTimer(final Event event) {
    lock.lock();
    try {
      requireUsable(event, "removeTimer");
      unschedule(event);
      event.interval = -1;
    } finally {
      lock.unlock();
    }
  }

  void closeEvent(final Event event) {
    lock.lock();
    try {
      if (!event.closed && !event.finalizing) {
        deleteLocked(event);
      }
      event.closed = true;
      event.noLongerWatched();
      if ((event.mask & Event.FINALIZE) == 0) {
        base.loop.awaitReturn(event);
      }
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  void finalizeEvent(final Event event, final EventCallback finalizer, final boolean close) {
    lock.lock();
    try {
      requireUsable(event, "finalize");
      deleteLocked(event);
      event.becomeFinalizer(finalizer);
      event.result = Event.FINALIZE;
      active.add(event);
      event.finalizing = true;
      event.closed = close;
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  // ---- activating ----

  void activate(final Event event, final int what, final int calls) {
    lock.lock();
    try {
      base.requireOpen("activate", event);
      if (event.closed) {
        throw new IllegalStateException("activate " + event + ": the event is closed");
      }
      base.debug("activate", event);
      if (!event.finalizing) {
        activateLocked(event, what, calls);
        base.loop.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  void activateLocked(final Event event, final int what, final int calls) {
    if (event.queued != 0) {
      event.result |= what;
      if ((event.mask & Event.SIGNAL) != 0 && (what & Event.SIGNAL) != 0) {
        event.calls += calls;
      }
      return;
    }
    event.result = what;
    event.calls = (event.mask & Event.SIGNAL) != 0 && (what & Event.SIGNAL) != 0 ? calls : 0;
    enqueue(event);
  }

  /**
   * Inside callbacks an event becomes active in the next iteration, so that no callback can block
   * I/O.
   */
  private void enqueue(final Event event) {
    if (base.loop.processing()) {
      base.loop.activatedInCallback(event.priority);
      active.addLater(event);
    } else {
      active.add(event);
    }
  }

  /** Delivers the readiness that the engine has reported. */
  void deliverReports() {
    IoEntry entry;
    for (int i = 0; (entry = io.nextReported(i)) != null; i++) {
      final int ready = entry.ready;
      final Errno error = entry.error;
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
    for (Event event = entry.first; event != null; event = event.ioNext) {
      final int what = event.mask & ready & Event.IO;
      if (what != 0) {
        activateLocked(event, what | (event.mask & Event.ET), 1);
      }
    }
  }

  private void dropUnwatchable(final IoEntry entry, final Errno error) {
    Event event;
    while ((event = entry.first) != null) {
      deleteLocked(event);
      base.loop.reportUnlocked(event, new ErrnoException("watch " + entry.handle, error, 0));
    }
  }

  boolean schedule(final Activatable callback) {
    lock.lock();
    try {
      base.requireOpen("schedule", callback);
      return scheduleLocked(callback);
    } finally {
      lock.unlock();
    }
  }

  /** Schedules a job of the library; does nothing once the base is closed. */
  void scheduleUnlessClosed(final Activatable callback) {
    lock.lock();
    try {
      if (!base.isClosed()) {
        scheduleLocked(callback);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The same, in the next iteration. */
  void scheduleLater(final Activatable callback) {
    lock.lock();
    try {
      if (!base.isClosed() && callback.queued == 0) {
        active.addLater(callback);
        base.loop.wakeUp();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean scheduleLocked(final Activatable callback) {
    if (callback.queued != 0) {
      return false;
    }
    if (deferred++ < MAX_DEFERRED_PER_ITERATION) {
      active.add(callback);
    } else {
      active.addLater(callback);
    }
    base.loop.wakeUp();
    return true;
  }

  void awaitReturn(final Activatable item) {
    lock.lock();
    try {
      base.loop.awaitReturn(item);
    } finally {
      lock.unlock();
    }
  }

  void setPriority(final Activatable item, final int priority) {
    lock.lock();
    try {
      final int queued = item.queued;
      if (queued != 0) {
        active.remove(item);
      }
      item.priority = priority;
      if (queued == Activatable.ACTIVE) {
        active.add(item);
      } else if (queued == Activatable.LATER) {
        active.addLater(item);
      }
    } finally {
      lock.unlock();
    }
  }

  void cancel(final Activatable item) {
    lock.lock();
    try {
      if (item.queued != 0) {
        active.remove(item);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Activates all events of a handle that wait for one of the bits, or with TIMEOUT those that have
   * a time-out.
   */
  void activateByHandle(final Handle handle, final int what) {
    lock.lock();
    try {
      base.requireOpen("activate events of", handle);
      final IoEntry entry = io.find(handle);
      for (Event event = entry == null ? null : entry.first; event != null; event = event.ioNext) {
        final int matching =
            (event.mask & what & Event.IO) | (timed(event) ? what & Event.TIMEOUT : 0);
        if (matching != 0) {
          activateLocked(event, matching, 1);
        }
      }
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  void activateBySignal(final int number) {
    lock.lock();
    try {
      base.requireOpen("activate events of signal", number);
      for (Event event = signals.first(number); event != null; event = event.ioNext) {
        activateLocked(event, Event.SIGNAL, 1);
      }
      base.loop.wakeUp();
    } finally {
      lock.unlock();
    }
  }

  // ---- asking ----

  int pending(final Event event, final int what) {
    lock.lock();
    try {
      int bits = event.inserted ? event.mask & (Event.IO | Event.SIGNAL) : 0;
      bits |= event.queued != 0 ? event.result : 0;
      bits |= timed(event) ? Event.TIMEOUT : 0;
      return bits & what & (Event.IO | Event.SIGNAL | Event.TIMEOUT);
    } finally {
      lock.unlock();
    }
  }

  boolean isPending(final Event event) {
    lock.lock();
    try {
      return event.inserted || event.queued != 0 || timed(event);
    } finally {
      lock.unlock();
    }
  }

  Duration remaining(final Event event) {
    lock.lock();
    try {
      return timed(event) ? Duration.ofNanos(Math.max(0, event.deadline - base.clock.now())) : null;
    } finally {
      lock.unlock();
    }
  }

  void setPriority(final Event event, final int priority) {
    lock.lock();
    try {
      requireUsable(event, "set the priority of");
      Arguments.within("priority", priority, 0, active.priorities() - 1);
      if (event.queued != 0) {
        throw new IllegalStateException(event + " is active: its priority cannot change now");
      }
      event.priority = priority;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the loop has a reason to wait, including a task whose thread has not announced it yet.
   */
  boolean hasEvents() {
    return added > 0 || virtual > 0 || base.services.refs() > 0 || !base.tasks.isEmpty();
  }

  private static void requireCounts(final int which) {
    Arguments.bits("which", which, COUNTS, "COUNT_ACTIVE|COUNT_VIRTUAL|COUNT_ADDED (0x7)");
  }

  int count(final int which) {
    requireCounts(which);
    return ((which & EventBase.COUNT_ACTIVE) != 0 ? active.count() : 0)
        + ((which & EventBase.COUNT_VIRTUAL) != 0 ? virtual : 0)
        + ((which & EventBase.COUNT_ADDED) != 0 ? added + base.services.refs() : 0);
  }

  int maximum(final int which, final boolean clear) {
    requireCounts(which);
    int sum = 0;
    if ((which & EventBase.COUNT_ACTIVE) != 0) {
      sum += active.maximum(clear);
    }
    if ((which & EventBase.COUNT_VIRTUAL) != 0) {
      sum += maximumVirtual;
      maximumVirtual = clear ? virtual : maximumVirtual;
    }
    if ((which & EventBase.COUNT_ADDED) != 0) {
      sum += maximumAdded;
      maximumAdded = clear ? added : maximumAdded;
    }
    return sum;
  }

  void addVirtual(final int by) {
    if (virtual + by < 0) {
      throw new IllegalStateException(
          "remove a virtual event: none is left, each addVirtual allows one removeVirtual");
    }
    virtual += by;
    maximumVirtual = Math.max(maximumVirtual, virtual);
  }

  private void countAdded(final int by) {
    added += by;
    if (added > maximumAdded) {
      maximumAdded = added;
    }
  }

  // ---- common time-outs ----

  CommonTimeout initCommonTimeout(final long nanos) {
    final CommonTimeout known = commonTimeout(nanos);
    if (known != null) {
      return known;
    }
    if (commonTimeouts.length == MAX_COMMON_TIMEOUTS) {
      throw new IllegalStateException(
          "init a common time-out of "
              + Duration.ofNanos(nanos)
              + ": a base has at most "
              + MAX_COMMON_TIMEOUTS);
    }
    final CommonTimeout made = new CommonTimeout(base, nanos);
    final CommonTimeout[] more = Arrays.copyOf(commonTimeouts, commonTimeouts.length + 1);
    more[more.length - 1] = made;
    Arrays.sort(more, (a, b) -> Long.compare(a.nanos, b.nanos));
    commonTimeouts = more;
    return made;
  }

  private CommonTimeout commonTimeout(final long nanos) {
    int low = 0;
    int high = commonTimeouts.length - 1;
    while (low <= high) {
      final int middle = (low + high) >>> 1;
      final CommonTimeout candidate = commonTimeouts[middle];
      if (candidate.nanos == nanos) {
        return candidate;
      }
      if (candidate.nanos < nanos) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  CommonTimeout[] commonTimeouts() {
    return commonTimeouts;
  }

  private void requireUsable(final Event event, final String operation) {
    base.requireOpen(operation, event);
    if (event.closed || event.finalizing) {
      throw new IllegalStateException(
          operation + " " + event + ": the event is " + (event.closed ? "closed" : "finalized"));
    }
  }

  static long saturatedSum(final long a, final long b) {
    final long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
