package org.jevent.sim.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jevent.internal.engine.Engine;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.EngineScope;
import org.jevent.net.Resolver;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Timeline;
import org.jevent.sim.kernel.Machine;

/** A simulated host as its programs see it: the provider of their engines. */
public final class SimHost implements EngineProvider {
  /** The name of the method. */
  public static final String METHOD = "sim";

  private static final int ALL_FEATURES =
      Engine.FEATURE_ET | Engine.FEATURE_O1 | Engine.FEATURE_FDS | Engine.FEATURE_EARLY_CLOSE;

  /** What has become of its process, and of the machine below it. */
  private enum State {
    RUNNING,
    /** The process has ended. The kernel goes on: it sends what it has, and refuses. */
    KILLED,
    /** It has lost power. */
    OFF;

    State to(final State next) {
      assert this == RUNNING ? next != RUNNING : next != KILLED : this + " to " + next;
      return next;
    }
  }

  private final Machine machine;
  private final Scheduler scheduler;
  private final HostClock clock;
  private final RandomGenerator random;
  private final Resolver resolver;
  private final List<SimEngine> engines = new ArrayList<>();
  private final List<Fiber> fibers = new ArrayList<>();
  private int features = ALL_FEATURES;
  private long pausedUntil;
  private boolean foreground;
  private State state = State.RUNNING;

  public SimHost(final Machine machine, final Scheduler scheduler, final Resolver resolver) {
    this.machine = machine;
    this.scheduler = scheduler;
    this.resolver = resolver;
    clock = new HostClock(scheduler.time());
    random = new KeyedRandom(Mix.of(scheduler.draws().seed(), machine.entity().id()));
  }

  /** Random numbers that follow from the seed and the host. */
  private static final class KeyedRandom implements RandomGenerator {
    private long state;

    KeyedRandom(final long state) {
      this.state = state;
    }

    @Override
    public long nextLong() {
      return Mix.of(state++);
    }
  }

  // ---- as a provider ----

  @Override
  public String name() {
    return METHOD;
  }

  @Override
  public int preference() {
    return 0;
  }

  @Override
  public String reason() {
    return isUp() ? "" : "host " + machine.name() + " is down";
  }

  @Override
  public int features() {
    return features;
  }

  @Override
  public boolean emulated() {
    return true;
  }

  @Override
  public Engine open() {
    final SimEngine engine = new SimEngine(this, scheduler.nextNumber());
    engines.add(engine);
    return engine;
  }

  // ---- its parts ----

  public Machine machine() {
    return machine;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /** Its clocks. */
  public HostClock clock() {
    return clock;
  }

  /** Random numbers for its programs. */
  public RandomGenerator random() {
    return random;
  }

  Resolver resolver() {
    return resolver;
  }

  /** The features of its method, {@code Engine.FEATURE_*}. */
  public void features(final int next) {
    features = next;
  }

  /** How many bases are open. */
  public int openBases() {
    return engines.size();
  }

  boolean takesUnhandled(final Exception exception) {
    scheduler.fail(exception);
    return true;
  }

  // ---- running ----

  /** Runs a body on the host at once: its bases are driven by the world afterwards. */
  public void run(final Runnable body) {
    EngineScope.in(
        this,
        () -> {
          body.run();
          return null;
        });
  }

  /** The same for bases that the program runs, and the world does not. */
  public <T> T foreground(final Supplier<T> body) {
    final boolean former = foreground;
    foreground = true;
    try {
      return EngineScope.in(this, body);
    } finally {
      foreground = former;
    }
  }

  boolean isForeground() {
    return foreground || currentFiber() != null;
  }

  /** Starts a thread of the host. */
  public void thread(final String name, final Runnable body) {
    final Fiber fiber = new Fiber(this, name, body);
    fibers.add(fiber);
    fiber.makeReady();
  }

  void ended(final Fiber fiber) {
    fibers.remove(fiber);
  }

  /** How many of its threads have not ended. */
  public int liveThreads() {
    return fibers.size();
  }

  /** The thread of the host that calls, or null. */
  Fiber currentFiber() {
    for (final Fiber fiber : fibers) {
      if (fiber.isCurrent()) {
        return fiber;
      }
    }
    return null;
  }

  /** The thread sleeps for a while of the host's time. */
  public void sleep(final long nanos) {
    final Fiber fiber = currentFiber();
    if (fiber == null) {
      throw new IllegalStateException("only a thread of host " + machine.name() + " sleeps");
    }
    final long end = clock.after(nanos);
    while (clock.nanoTime() < end) {
      fiber.await(clock.worldTime(end));
    }
  }

  /** Its clocks run faster or slower from now on, also for waits that have begun. */
  public void clockRate(final double rate) {
    if (clock.rate(rate)) {
      List.copyOf(engines).forEach(engine -> engine.driver().clockChanged());
      List.copyOf(fibers).forEach(Fiber::makeReady);
    }
  }

  /** From now on no fault of the host: its clocks are right, and no pause goes on. */
  public void calm() {
    clock.forgetJumps();
    clockRate(1);
    if (pausedNanos() > 0) {
      pausedUntil = 0;
      List.copyOf(engines).forEach(engine -> engine.driver().goOn());
      List.copyOf(fibers).forEach(Fiber::goOn);
    }
  }

  void closed(final SimEngine engine) {
    engines.remove(engine);
  }

  /** Its loops and threads stand still for a while, as for a collection of garbage. */
  public void pause(final long nanos) {
    pausedUntil = Math.max(pausedUntil, scheduler.time().after(nanos));
  }

  /** A runner of it runs as soon as its turn comes, or has its alarm when a pause is over. */
  void awaitTurn(final Runner runner, final Timeline.Entry alarm) {
    if (pausedNanos() > 0) {
      scheduler.time().schedule(alarm, scheduler.time().after(pausedNanos()));
    } else {
      scheduler.time().cancel(alarm);
      scheduler.ready(runner);
    }
  }

  long pausedNanos() {
    return Math.max(0, pausedUntil - scheduler.time().now());
  }

  /** The names of the signals that may be watched. */
  public static Set<String> signals() {
    return SimSignals.names();
  }

  /** A signal comes; false: no base watches it. */
  public boolean signal(final String name) {
    final int number = SimSignals.number(name);
    boolean watched = false;
    for (final SimEngine engine : List.copyOf(engines)) {
      watched |= engine.signals().raise(number);
    }
    return watched;
  }

  // ---- threads of the real machine ----

  void requireBaton() {
    if (!scheduler.isActive() && !scheduler.allowsThreads()) {
      throw new IllegalStateException(
          "thread "
              + Thread.currentThread().getName()
              + " wakes a base of host "
              + machine.name()
              + ": it is not of the simulated world, and what it does cannot be repeated"
              + " (World.allowThreads)");
    }
  }

  boolean hasBaton() {
    return scheduler.isActive();
  }

  /** Whether its process runs. */
  public boolean isUp() {
    return state == State.RUNNING;
  }

  /** Refuses a thread of a process that has ended. */
  public void refuseTheDead() {
    final Fiber fiber = currentFiber();
    if (fiber != null && fiber.isKilled()) {
      throw new Fiber.KilledError(machine.name());
    }
  }

  // ---- the end ----

  /** All of its programs end, and run no further code. */
  private void abandon() {
    List.copyOf(engines).forEach(SimEngine::crash);
    engines.clear();
    List.copyOf(fibers).forEach(Fiber::kill);
  }

  /** It stops without a word. */
  public void losePower() {
    if (state != State.OFF) {
      state = state.to(State.OFF);
      machine.losePower();
      abandon();
    }
  }

  /** Its process is killed: the kernel closes what it had open. */
  public void killProcess() {
    if (state == State.RUNNING) {
      state = state.to(State.KILLED);
      abandon();
      machine.endProcess();
    }
  }

  /** It can be used again. */
  public void start() {
    state = state.to(State.RUNNING);
    machine.start();
  }

  /**
   * The world is over: ends threads that wait.
   *
   * @return the first that does not end, or null
   */
  public Scheduler.StalledException end() {
    final List<Fiber> left = List.copyOf(fibers);
    left.forEach(Fiber::kill);
    Scheduler.StalledException first = null;
    for (final Fiber fiber : left) {
      try {
        fiber.turn();
      } catch (final Scheduler.StalledException e) {
        first = first == null ? e : first;
      }
    }
    engines.clear();
    return first;
  }

  @Override
  public String toString() {
    return "host " + machine.name();
  }
}
