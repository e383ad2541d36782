package org.jevent.sim;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jevent.EventBase;
import org.jevent.sim.engine.SimHost;
import org.jevent.sim.kernel.Machine;

/**
 * A simulated host. Programs on it are unchanged: inside of {@link #start}, {@link #main} and the
 * callbacks that follow from them, {@code new EventBase()} is a base of this host. Static fields of
 * programs are those of the JVM: they survive a crash, and all hosts share them.
 */
public final class Host {
  private static final double MIN_CLOCK_RATE = 0.001;
  private static final double MAX_CLOCK_RATE = 1000;

  /** Signals that do nothing to a process that does not watch them. */
  private static final Set<String> IGNORED = Set.of("CHLD", "CONT", "URG", "WINCH");

  private static final String KILL = "KILL";

  /** 146 years: what loops add to it does not overflow. */
  private static final long MAX_PAUSE = Long.MAX_VALUE / 2;

  private final World world;
  private final SimHost host;
  private final Machine machine;
  private final Map<Object, Object> kept = new HashMap<>();

  /** What {@link #restart} runs. */
  private final List<Consumer<Host>> bodies = new ArrayList<>();

  /** A body runs: what it starts is started by it the next time, too. */
  private boolean starting;

  Host(final World world, final SimHost host) {
    this.world = world;
    this.host = host;
    machine = host.machine();
  }

  SimHost host() {
    return host;
  }

  Machine machine() {
    return machine;
  }

  World world() {
    return world;
  }

  public String name() {
    return machine.name();
  }

  /** Its first address. */
  public InetAddress address() {
    return machine.addresses().get(0);
  }

  /** All addresses, but for those of loopback. */
  public List<InetAddress> addresses() {
    return machine.addresses();
  }

  // ---- programs ----

  /**
   * Runs a body that makes bases, adds events, and returns. The world runs their loops afterwards;
   * nothing has to dispatch. {@link #restart} runs the bodies of all calls again. A loop that would
   * wait within the body, or within a callback, is refused with {@link IllegalStateException}.
   */
  public Host start(final Consumer<Host> program) {
    Objects.requireNonNull(program, "program");
    world.requireOpen("start a program");
    begin(program);
    return this;
  }

  private void begin(final Consumer<Host> body) {
    if (starting) {
      host.run(() -> body.accept(this));
      return;
    }
    bodies.add(body);
    run(body);
  }

  private void run(final Consumer<Host> body) {
    starting = true;
    try {
      host.run(() -> body.accept(this));
    } finally {
      starting = false;
    }
  }

  /**
   * Runs a body in a thread of the host, which may wait in {@link EventBase#dispatch} and {@link
   * #sleep}. Threads of a world take turns: one runs at a time. It begins when the world runs.
   */
  public Host main(final Consumer<Host> program) {
    Objects.requireNonNull(program, "program");
    world.requireOpen("start a thread");
    begin(next -> next.host.thread("main", () -> program.accept(next)));
    return this;
  }

  /**
   * Runs a body in the calling thread, whose bases run only while the caller runs them, with {@link
   * EventBase#dispatch} and {@link EventBase#loop}. The world runs while such a loop waits.
   */
  public <T> T foreground(final Supplier<T> program) {
    world.requireOpen("run a program");
    return host.foreground(Objects.requireNonNull(program, "program"));
  }

  /** Starts another thread of the host. */
  public Host thread(final String name, final Runnable work) {
    world.requireOpen("start a thread");
    host.thread(Objects.requireNonNull(name, "name"), Objects.requireNonNull(work, "work"));
    return this;
  }

  /** A thread of the host waits for that much time of the host. */
  public void sleep(final Duration time) {
    host.sleep(World.nanos("sleep", time));
  }

  /**
   * What survives a crash, as a disk does; empty at first. A thread that a crash ends gets an error
   * instead: its {@code finally} clauses run, and must not write what the process never wrote.
   */
  public Map<Object, Object> kept() {
    host.refuseTheDead();
    return kept;
  }

  // ---- what it gives to programs ----

  /** Random numbers that follow from the seed of the world. */
  public RandomGenerator random() {
    return host.random();
  }

  /** Its time of day. */
  public Instant time() {
    return host.clock().wallTime();
  }

  /** Its monotonic time in nanoseconds, as {@link System#nanoTime} is. */
  public long nanoTime() {
    return host.clock().nanoTime();
  }

  // ---- what may happen to it ----

  /** How many descriptors its process may have; a million unless set. */
  public Host descriptors(final int most) {
    if (most < 0) {
      throw new IllegalArgumentException("descriptors " + most + " is negative");
    }
    machine.descriptors(most);
    return this;
  }

  /**
   * The lowest number of a descriptor, 3 unless set: a number that the real process does not use
   * keeps a program harmless that passes descriptors to the real system by mistake.
   */
  public Host firstDescriptor(final int number) {
    machine.firstDescriptor(number);
    return this;
  }

  /** How many descriptors are open, without the three of each process. */
  public int openDescriptors() {
    return machine.openDescriptors();
  }

  /** The features of its method: a union of {@link EventBase#FEATURE_ET} and its relatives. */
  public Host features(final int features) {
    host.features(features);
    return this;
  }

  /**
   * Its clocks run faster or slower than the world's.
   *
   * @param rate from 0.001 to 1000; 1 is exact, 1.0005 fast by 500 ppm
   */
  public Host clockRate(final double rate) {
    if (!(rate >= MIN_CLOCK_RATE && rate <= MAX_CLOCK_RATE)) {
      throw new IllegalArgumentException("clock rate " + rate + " is not within 0.001..1000");
    }
    host.clockRate(rate);
    return this;
  }

  /** The time of day jumps, by 292 years at most; the monotonic time does not. */
  public Host clockJump(final Duration by) {
    host.clock()
        .jump(by.isNegative() ? -World.nanos("jump", by.negated()) : World.nanos("jump", by));
    return this;
  }

  /**
   * Its loops and threads stand still for a while, as for a garbage collection; the network goes
   * on. Bases of {@link #foreground} do not: the caller runs them.
   */
  public Host pause(final Duration time) {
    world.requireOpen("pause a host");
    final long nanos = World.nanos("pause", time);
    world.trace().line(name(), "is paused for " + time);
    host.pause(Math.min(nanos, MAX_PAUSE));
    return this;
  }

  /**
   * A signal comes to its process.
   *
   * @param name without SIG, such as {@code TERM}; {@code KILL} ends the process in any case
   * @return false: no base watches it, and the process ends, unless it is one of those that do
   *     nothing then, such as {@code WINCH}
   * @throws IllegalArgumentException for another name; it lists all
   */
  public boolean signal(final String name) {
    world.requireOpen("send a signal");
    final String wanted = name.toUpperCase(Locale.ROOT);
    if (!wanted.equals(KILL) && !SimHost.signals().contains(wanted)) {
      throw new IllegalArgumentException(
          "signal " + name + " is neither " + KILL + " nor one of " + SimHost.signals());
    }
    final boolean watched = !wanted.equals(KILL) && host.signal(wanted);
    if (!watched && !IGNORED.contains(wanted)) {
      crash(Crash.PROCESS);
    }
    return watched;
  }

  /**
   * It ends. A callback of it that runs goes on to its end, and no other one follows. Threads end
   * where they wait, with an error, so that their {@code finally} clauses run.
   */
  public void crash(final Crash how) {
    world.requireOpen("crash a host");
    world.trace().line(name(), "crashes: " + how);
    if (how == Crash.POWER) {
      host.losePower();
    } else {
      host.killProcess();
    }
  }

  /** Whether it runs. */
  public boolean isUp() {
    return host.isUp();
  }

  /** Starts it again after a crash, with all bodies of {@link #start} and {@link #main}. */
  public void restart() {
    world.requireOpen("restart a host");
    if (host.isUp()) {
      throw new IllegalStateException("host " + name() + " runs");
    }
    world.trace().line(name(), "starts again");
    host.start();
    List.copyOf(bodies).forEach(this::run);
  }

  @Override
  public String toString() {
    return name();
  }
}
