package org.jevent.sim.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jevent.internal.engine.EngineScope;
import org.jevent.sim.core.Timeline;

/**
 * A thread of a simulated host: code that waits has a stack to itself. Threads hand a baton to each
 * other, so that one runs at a time, in an order that does not depend on the machine.
 */
final class Fiber implements Runner {
  private enum State {
    NEW,
    WAITING,
    RUNNING,
    ENDED,
    /** It has not given the baton back in time: the world goes on without it, to its end. */
    LOST;

    boolean isOver() {
      return this == ENDED || this == LOST;
    }
  }

  /** How much time it has left to give the baton back after an interrupt. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int SHOWN_FRAMES = 12;

  private final SimHost host;
  private final Scheduler scheduler;
  private final long number;
  private final Thread thread;
  private final Alarm alarm = new Alarm();
  private Thread resumer;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private boolean ready;
  private boolean killed;
  private Throwable thrown;

  Fiber(final SimHost host, final String name, final Runnable body) {
    this.host = host;
    scheduler = host.scheduler();
    number = scheduler.nextNumber();
    thread = new Thread(() -> run(body), "sim-" + host.machine().name() + "-" + name);
    thread.setDaemon(true);
  }

  /** What a thread of a crashed host or of an ended world ends with. */
  static final class KilledError extends Error {
    private static final long serialVersionUID = 1;

    KilledError(final String host) {
      super("host " + host + " has crashed, or its world has ended", null, false, false);
    }
  }

  @Override
  public long number() {
    return number;
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  boolean isKilled() {
    return killed;
  }

  /** It runs as soon as its turn comes, and not while its host is paused. */
  void makeReady() {
    if (!ready && !state.get().isOver()) {
      ready = true;
      awaitTurn();
    }
  }

  private void awaitTurn() {
    if (killed) {
      scheduler.time().cancel(alarm);
      scheduler.ready(this);
    } else {
      host.awaitTurn(this, alarm);
    }
  }

  /** The pause of its host is over, or it is killed. */
  void goOn() {
    if (ready && alarm.isScheduled()) {
      awaitTurn();
    }
  }

  /** Its wait, or the pause before its turn, is over. */
  private final class Alarm extends Timeline.Entry {
    @Override
    protected void happen() {
      if (ready) {
        awaitTurn();
      } else {
        makeReady();
      }
    }
  }

  private void run(final Runnable body) {
    EngineScope.enter(host);
    awaitBaton();
    try {
      if (!killed) {
        body.run();
      }
    } catch (final Throwable e) {
      thrown = e;
    } finally {
      state.compareAndSet(State.RUNNING, State.ENDED);
      LockSupport.unpark(resumer);
    }
  }

  /** An interrupt does not end it: the program sees it afterwards. */
  private void awaitBaton() {
    boolean interrupted = false;
    while (state.get() != State.RUNNING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives it the baton, until it waits or ends. */
  @Override
  public void turn() {
    ready = false;
    if (state.get().isOver()) {
      return;
    }
    final boolean first = state.get() == State.NEW;
    resumer = Thread.currentThread();
    scheduler.time().cancel(alarm);
    scheduler.activate(thread);
    state.set(State.RUNNING);
    if (first) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
    try {
      awaitReturn();
    } finally {
      scheduler.activate(resumer);
    }
    if (state.get() == State.ENDED) {
      host.ended(this);
      report();
    }
  }

  /** Waits until it has given the baton back, for a limit of real time. */
  private void awaitReturn() {
    final long limit = scheduler.stallNanos();
    long end = System.nanoTime() + limit;
    boolean interrupted = false;
    try {
      while (state.get() == State.RUNNING) {
        LockSupport.parkNanos(this, Math.max(1, end - System.nanoTime()));
        final long now = System.nanoTime();
        if (Thread.interrupted() && !interrupted) {
          interrupted = true;
          end = end - now > GRACE_NANOS ? now + GRACE_NANOS : end;
        }
        if (now - end >= 0 && state.compareAndSet(State.RUNNING, State.LOST)) {
          throw lost(
              interrupted
                  ? "when the thread that runs the world was interrupted"
                  : "for " + Duration.ofNanos(limit) + " of real time");
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Scheduler.StalledException lost(final String when) {
    final StackTraceElement[] stack = thread.getStackTrace();
    final StringBuilder text = new StringBuilder();
    text.append("thread ").append(thread.getName()).append(" of ").append(host).append(" (");
    text.append(thread.getState()).append(") has not given its turn back ").append(when);
    text.append(": a thread of a host waits in EventBase.dispatch and Host.sleep only, as the");
    text.append(" others stand still while it waits for anything else. It is at");
    for (int i = 0; i < Math.min(SHOWN_FRAMES, stack.length); i++) {
      text.append("\n  ").append(stack[i]);
    }
    thread.interrupt();
    return new Scheduler.StalledException(text.toString(), stack);
  }

  private void report() {
    if (thrown != null && !(thrown instanceof KilledError)) {
      scheduler.fail(thrown);
    }
  }

  /** Gives the baton back until {@link #makeReady}, or until that time. */
  void await(final long end) {
    assert isCurrent() : "another thread waits for " + this;
    if (state.get() == State.RUNNING) {
      scheduler.time().schedule(alarm, end);
    }
    if (!state.compareAndSet(State.RUNNING, State.WAITING)) {
      throw new KilledError(host.machine().name());
    }
    LockSupport.unpark(resumer);
    awaitBaton();
    if (killed) {
      throw new KilledError(host.machine().name());
    }
  }

  /** Its host has crashed: it ends at its wait. */
  void kill() {
    if (state.get() == State.LOST) {
      return;
    }
    killed = true;
    if (isCurrent()) {
      return; // it ends at its next wait
    }
    goOn();
    makeReady();
  }

  @Override
  public String toString() {
    return thread.getName();
  }
}
