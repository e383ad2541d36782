package org.jevent.sim.engine;

import java.util.function.BooleanSupplier;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.LoopTurns;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;

/**
 * Runs the loop of a base. The scheduler gives it a turn when there is something to do, or the
 * program runs it, and waits in it in a thread.
 */
final class LoopDriver implements Runner {
  private static final int MAX_CPU_NANOS = 50_000;

  private enum State {
    /** Nothing to do. */
    IDLE,
    /** In the scheduler's queue, or paused before that. */
    READY,
    /** On the stack. */
    RUNNING,
    /** A thread of the program waits in it. */
    AWAITED,
    /** Only the program runs it: the world does not. */
    MANUAL,
    CLOSED;

    /** Whether {@code next} may follow. A wait of the program can begin and end in each state. */
    boolean leadsTo(final State next) {
      return switch (this) {
        case IDLE -> next == READY || next == MANUAL || next == AWAITED || next == CLOSED;
        case READY -> next == RUNNING || next == AWAITED || next == CLOSED;
        case RUNNING -> next != READY && next != RUNNING;
        case AWAITED -> next != AWAITED;
        case MANUAL -> next == AWAITED || next == CLOSED;
        case CLOSED -> next == CLOSED;
      };
    }
  }

  private final SimEngine engine;
  private final SimHost host;
  private final Scheduler scheduler;
  private final Timeline time;
  private final Alarm alarm = new Alarm();

  /** {@link #endsWait}, made once. */
  private final BooleanSupplier workCondition = this::endsWait;

  private State state = State.IDLE;
  private LoopTurns loop;

  /** The thread of the host that waits in the loop, or null. */
  private Fiber fiber;

  private volatile boolean woken;

  /** The clock runs at another rate: the end of the wait is another one. */
  private boolean waitsAnew;

  private long waits;

  LoopDriver(final SimEngine engine, final SimHost host) {
    this.engine = engine;
    this.host = host;
    scheduler = host.scheduler();
    time = scheduler.time();
  }

  private void to(final State next) {
    assert state.leadsTo(next) : state + " to " + next + ": " + engine;
    state = next;
  }

  @Override
  public long number() {
    return engine.number();
  }

  /** How often the program has waited in the loop. */
  long waits() {
    return waits;
  }

  /** Takes the loop; true: the world runs it. */
  boolean drives(final LoopTurns next) {
    loop = next;
    if (host.isForeground()) {
      to(State.MANUAL);
      return false;
    }
    work();
    return true;
  }

  // ---- reasons to run ----

  /** Whether the loop has a reason not to wait. */
  boolean hasWork() {
    return woken || engine.hasReports();
  }

  private boolean endsWait() {
    return waitsAnew || hasWork();
  }

  BooleanSupplier workCondition() {
    return workCondition;
  }

  /** There is something to do. */
  void work() {
    if (state == State.IDLE) {
      becomeReady();
    } else if (state == State.AWAITED && fiber != null) {
      fiber.makeReady();
    }
  }

  void wakeup() {
    host.requireBaton();
    if (scheduler.allowsThreads()) {
      woken = true; // the loop may be about to wait, in whatever state this thread sees it
      scheduler.wakeThread();
      if (!host.hasBaton()) {
        return;
      }
    }
    woken |= state == State.AWAITED || state == State.MANUAL;
    work();
  }

  /** The wait that it was woken from is over. */
  void entered() {
    woken = false;
  }

  private void becomeReady() {
    to(State.READY);
    long delay = host.pausedNanos();
    if (scheduler.draws().happens(Site.CPU, engine.entity())) {
      delay += 1 + scheduler.draws().choose(Site.CPU, engine.entity(), MAX_CPU_NANOS);
    }
    if (delay > 0) {
      time.schedule(alarm, time.after(delay));
    } else {
      time.cancel(alarm);
      scheduler.ready(this);
    }
  }

  /** A wait of the loop, or the pause before its turn, is over. */
  private final class Alarm extends Timeline.Entry {
    @Override
    protected void happen() {
      if (state == State.IDLE) {
        becomeReady();
      } else if (state == State.READY) {
        host.awaitTurn(LoopDriver.this, this);
      }
    }
  }

  /** The pause of the host is over. */
  void goOn() {
    if (state == State.READY && alarm.isScheduled()) {
      host.awaitTurn(this, alarm);
    }
  }

  /** The host's clock runs at another rate: the loop finds out anew how long it waits. */
  void clockChanged() {
    if (state == State.IDLE && alarm.isScheduled()) {
      becomeReady();
    }
    waitsAnew = state == State.AWAITED;
  }

  // ---- running ----

  /** One iteration. */
  @Override
  public void turn() {
    if (state != State.READY) {
      return; // it was closed, or the program runs it
    }
    to(State.RUNNING);
    final long wait = turnOnHost();
    if (state != State.RUNNING) {
      return;
    }
    if (loop.isStopped()) {
      to(State.MANUAL);
      return;
    }
    engine.sendQuietly();
    to(State.IDLE);
    if (wait == 0 || hasWork()) {
      becomeReady();
    } else {
      wakeAfter(wait);
    }
  }

  private long turnOnHost() {
    final EngineProvider former = scheduler.scope().enter(host);
    try {
      return loop.turn();
    } catch (final Error e) {
      if (!(e instanceof Fiber.KilledError && state == State.CLOSED)) {
        scheduler.fail(e);
      }
      return -1;
    } finally {
      scheduler.scope().enter(former);
    }
  }

  private void wakeAfter(final long wait) {
    if (wait < 0) {
      return;
    }
    final long left = host.clock().worldNanos(wait);
    final boolean early = left > 1 && scheduler.draws().happens(Site.EARLY_WAKE, engine.entity());
    time.schedule(alarm, time.after(early ? left / 2 : left));
  }

  /** The program waits in the loop until there is something to do, or for a time. */
  void await(final long wait) {
    requireAwaitable();
    waits++;
    final State former = state;
    to(State.AWAITED);
    loop.suspend();
    try {
      awaitUntil(wait < 0 ? Long.MAX_VALUE : host.clock().after(wait));
    } finally {
      loop.resume();
      if (state != State.CLOSED) {
        to(former);
      }
    }
  }

  /** A body or a callback that waits would run the world below itself, perhaps for ever. */
  private void requireAwaitable() {
    final boolean driven = state == State.IDLE || state == State.READY || state == State.RUNNING;
    if (driven && !host.isForeground()) {
      throw new IllegalStateException(
          engine
              + " waits in the thread that runs the world, which runs its loop, too: a body of"
              + " Host.start and a callback return instead; a body that calls dispatch belongs"
              + " into Host.main, Host.thread or Host.foreground");
    }
  }

  private void awaitUntil(final long hostEnd) {
    fiber = host.currentFiber();
    try {
      do {
        waitsAnew = false;
        awaitOnce(host.clock().worldTime(hostEnd));
      } while (waitsAnew && !hasWork());
    } finally {
      fiber = null;
    }
  }

  private void awaitOnce(final long end) {
    if (fiber == null) {
      scheduler.await(this, end);
      return;
    }
    while (!hasWork() && !waitsAnew && time.now() < end) {
      fiber.await(end);
    }
  }

  /** An iteration runs, or it may, as a thread of the host or its foreground calls. */
  boolean mayBeOnStack() {
    final boolean own = state == State.MANUAL || state == State.AWAITED;
    return state == State.RUNNING || (own && host.isForeground());
  }

  /** The base is closed, or its host has crashed: nothing of the program runs any more. */
  void close() {
    to(State.CLOSED);
    time.cancel(alarm);
    scheduler.remove(this);
  }

  @Override
  public String toString() {
    return engine.toString();
  }
}
