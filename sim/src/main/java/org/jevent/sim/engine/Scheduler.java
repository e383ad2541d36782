package org.jevent.sim.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.EngineScope;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;
import org.jevent.sim.core.Trace;

/**
 * Runs a world: loops that have something to do, else the next event of the timeline. One thing
 * happens at a time, and nothing sleeps.
 */
public final class Scheduler {
  private static final int MAX_TURNS = 100_000;
  private static final int EVENT = 64;
  private static final long DEFAULT_STALL_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Timeline time;
  private final Draws draws;
  private final Trace trace;
  private final Entity entity = new Entity(0);
  private final List<Runner> ready = new ArrayList<>();
  private final WorldScope scope = new WorldScope();

  /** Runs after each event and each iteration, or null. */
  private Runnable afterEvent;

  private Throwable failure;
  private long turns;
  private long turnsAt;
  private int turnsHere;
  private long numbers;
  private boolean threads;
  private boolean running;
  private long stallNanos = DEFAULT_STALL_NANOS;
  private volatile Thread active = Thread.currentThread();
  private volatile Thread waiting;

  public Scheduler(final Timeline time, final Draws draws, final Trace trace) {
    this.time = time;
    this.draws = draws;
    this.trace = trace;
  }

  public Timeline time() {
    return time;
  }

  Draws draws() {
    return draws;
  }

  Trace trace() {
    return trace;
  }

  /** Whose code the thread of the world runs. */
  WorldScope scope() {
    return scope;
  }

  /** Nothing can happen any more. */
  public boolean isQuiet() {
    return ready.isEmpty() && time.size() == 0;
  }

  /** Whether the caller is code that the world runs. */
  public boolean isRunning() {
    return running;
  }

  /** How many iterations of loops have run. */
  public long turns() {
    return turns;
  }

  /** Runs after each event and each iteration. */
  public void afterEvent(final Runnable action) {
    afterEvent = action;
  }

  /** Real threads may wake loops: what they do cannot be repeated. */
  public void allowThreads() {
    threads = true;
  }

  /** How long a thread of a host may take in real time until it waits. */
  public void stallNanos(final long nanos) {
    assert nanos > 0 : nanos;
    stallNanos = nanos;
  }

  long stallNanos() {
    return stallNanos;
  }

  boolean allowsThreads() {
    return threads;
  }

  /** The world ends with that failure as soon as the event is over. The first one counts. */
  void fail(final Throwable next) {
    if (failure == null) {
      failure = next;
    }
  }

  private void throwFailure() {
    if (failure != null) {
      throwIt();
    }
  }

  private void throwIt() {
    final Throwable thrown = failure;
    failure = null;
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException(thrown);
  }

  /** A loop or a thread has something to do. */
  void ready(final Runner runner) {
    ready.add(runner);
  }

  /** It has ended. */
  void remove(final Runner runner) {
    ready.remove(runner);
  }

  /** Whether the calling thread is the one that runs the world now. */
  boolean isActive() {
    return active == Thread.currentThread();
  }

  /** That thread runs the world from now on. */
  void activate(final Thread next) {
    active = next;
  }

  /** A number for something that is made, in the order of making. */
  long nextNumber() {
    return ++numbers;
  }

  /** One thing happens; false: nothing can before {@code end}, or at that time. */
  private boolean step(final long end) {
    if (!ready.isEmpty()) {
      turn();
    } else {
      if (time.size() == 0 || time.nextTime() > end) {
        return false;
      }
      time.happenNext();
    }
    throwFailure();
    if (afterEvent != null) {
      afterEvent.run();
      throwFailure();
    }
    return true;
  }

  private void turn() {
    int which = 0;
    if (ready.size() > 1 && draws.rate(Site.SCHEDULE) > 0) {
      which = draws.choose(Site.SCHEDULE, entity, ready.size());
    }
    final Runner runner = ready.remove(which);
    countTurn(runner);
    trace.event(EVENT, runner.number(), 0);
    runner.turn();
  }

  private void countTurn(final Runner runner) {
    turns++;
    if (turnsAt != time.now()) {
      turnsAt = time.now();
      turnsHere = 0;
    } else if (++turnsHere > MAX_TURNS) {
      throw new SpinException(
          "loops have run "
              + MAX_TURNS
              + " times without time passing, the last one was "
              + runner);
    }
  }

  /** Time does not pass, and loops do not come to rest. */
  public static final class SpinException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SpinException(final String message) {
      super(message);
    }
  }

  /** Nothing can happen any more. */
  public static final class DeadlockException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeadlockException(final String message) {
      super(message);
    }
  }

  /** A thread of a host does not give its turn back. */
  public static final class StalledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param stack where the thread is
     */
    StalledException(final String message, final StackTraceElement[] stack) {
      super(message);
      setStackTrace(stack);
    }
  }

  /** Runs the world until that time at the latest; true: the condition holds. */
  public boolean run(final long end, final BooleanSupplier until) {
    final EngineProvider former = EngineScope.enter(scope);
    final EngineProvider formerHost = scope.enter(NoHost.INSTANCE);
    final Thread formerThread = active;
    final boolean formerRunning = running;
    active = Thread.currentThread();
    running = true;
    try {
      return runOn(end, until);
    } finally {
      active = formerThread;
      running = formerRunning;
      scope.enter(formerHost);
      EngineScope.enter(former);
    }
  }

  private boolean runOn(final long end, final BooleanSupplier until) {
    while (!until.getAsBoolean()) {
      if (!step(end)) {
        if (end != Long.MAX_VALUE) {
          time.advance(Math.max(end, time.now()));
        }
        return until.getAsBoolean();
      }
    }
    return true;
  }

  /** The loop that the program runs waits for something to do, or for a time. */
  void await(final LoopDriver loop, final long end) {
    while (!run(end, loop.workCondition()) && end == Long.MAX_VALUE) {
      if (!threads) {
        throw new DeadlockException(loop + " waits without a limit, and nothing can happen");
      }
      waiting = Thread.currentThread();
      if (!loop.hasWork()) {
        parkUninterrupted();
      }
      waiting = null;
    }
  }

  /** An interrupt ends one wait, not all that follow: it is there afterwards, for the program. */
  private void parkUninterrupted() {
    final boolean interrupted = Thread.interrupted();
    LockSupport.park(this);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A real thread has given a loop something to do. */
  void wakeThread() {
    final Thread sleeper = waiting;
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    }
  }
}
