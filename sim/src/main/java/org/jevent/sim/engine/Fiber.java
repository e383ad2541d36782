package org.jevent.sim.engine;

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
    ENDED
  }

  private final SimHost host;
  private final Scheduler scheduler;
  private final long number;
  private final Thread thread;
  private final Alarm alarm = new Alarm();
  private Thread resumer;
  private volatile State state = State.NEW;
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

  /** What a thread of a crashed host ends with. */
  static final class KilledError extends Error {
    private static final long serialVersionUID = 1;

    KilledError(final String host) {
      super("host " + host + " has crashed", null, false, false);
    }
  }

  @Override
  public long number() {
    return number;
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** It runs as soon as its turn comes. */
  void makeReady() {
    if (!ready && state != State.ENDED) {
      ready = true;
      scheduler.ready(this);
    }
  }

  private final class Alarm extends Timeline.Entry {
    @Override
    protected void happen() {
      makeReady();
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
      state = State.ENDED;
      LockSupport.unpark(resumer);
    }
  }

  private void awaitBaton() {
    while (state != State.RUNNING) {
      LockSupport.park(this);
    }
  }

  /** Gives it the baton, until it waits or ends. */
  @Override
  public void turn() {
    ready = false;
    if (state == State.ENDED) {
      return;
    }
    final boolean first = state == State.NEW;
    resumer = Thread.currentThread();
    scheduler.time().cancel(alarm);
    scheduler.activate(thread);
    state = State.RUNNING;
    if (first) {
      thread.start();
    } else {
      LockSupport.unpark(thread);
    }
    while (state == State.RUNNING) {
      LockSupport.park(this);
    }
    scheduler.activate(resumer);
    if (state == State.ENDED) {
      host.ended(this);
      report();
    }
  }

  private void report() {
    if (thrown != null && !(thrown instanceof KilledError)) {
      scheduler.fail(thrown);
    }
  }

  /** Gives the baton back until {@link #makeReady}, or until that time. */
  void await(final long end) {
    assert isCurrent() : "another thread waits for " + this;
    scheduler.time().schedule(alarm, end);
    state = State.WAITING;
    LockSupport.unpark(resumer);
    awaitBaton();
    if (killed) {
      throw new KilledError(host.machine().name());
    }
  }

  /** Its host has crashed: it ends at its wait. */
  void kill() {
    killed = true;
    if (isCurrent()) {
      return; // it ends at its next wait
    }
    makeReady();
  }

  @Override
  public String toString() {
    return thread.getName();
  }
}
