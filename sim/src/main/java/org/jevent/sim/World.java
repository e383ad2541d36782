package org.jevent.sim;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Entity;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Site;
import org.jevent.sim.core.Timeline;
import org.jevent.sim.core.Trace;
import org.jevent.sim.engine.Scheduler;
import org.jevent.sim.engine.SimHost;
import org.jevent.sim.kernel.Network;

/**
 * Hosts, the network between them, and their time, all in one thread. Time passes only when nothing
 * else can happen at the present instant, so that hours take milliseconds. Everything that could go
 * one way or another follows from the seed: the same seed gives the same run.
 *
 * <p>A world belongs to the thread that has opened it. {@link #run}, {@link #eventually}, {@link
 * #settle} and {@link #close} are for the code around the programs: a callback, an action of {@link
 * #at} and a thread of a host that call them get an {@link IllegalStateException}. A closed world
 * answers with {@link IllegalStateException}.
 */
public final class World implements AutoCloseable {
  private static final int FIRST_ADDRESS = 1;
  private static final int LAST_ADDRESS = 254;
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
  private static final Duration MAX_STALL = Duration.ofDays(36_500);

  private final Timeline time = new Timeline();
  private final Trace trace = new Trace(time);
  private final Draws draws;
  private final Network network;
  private final Scheduler scheduler;
  private final Names names;
  private final Choices choices;
  private final Map<String, Host> hosts = new LinkedHashMap<>();
  private final List<Invariant> invariants = new ArrayList<>();
  private boolean closed;
  private boolean swarm;

  private record Invariant(String name, BooleanSupplier holds) {}

  World(final Draws draws) {
    this.draws = draws;
    network = new Network(time, draws, trace);
    scheduler = new Scheduler(time, draws, trace);
    names = new Names(time, this::requireOpen);
    choices = new Choices(draws);
  }

  /** A world without faults, whose choices follow from a seed. */
  public static World open(final long seed) {
    return new World(Draws.of(seed));
  }

  /** A world whose choices are taken from bytes, as {@link Campaign#run(byte[])} says. */
  public static World open(final byte[] bytes) {
    return new World(Draws.of(Objects.requireNonNull(bytes, "bytes")));
  }

  void requireOpen(final String operation) {
    if (closed) {
      throw new IllegalStateException(operation + ": the world is closed");
    }
  }

  /** Refuses what code that the world runs must not do to it. */
  private void requireOutside(final String operation) {
    if (scheduler.isRunning()) {
      throw new IllegalStateException(
          operation
              + ": the world runs this code, such as a callback, an action of World.at or a thread"
              + " of a host; only the code around World.run does that");
    }
  }

  // ---- what there is ----

  /** Adds a host with an address of 10.0.0.0/24 that no host has. */
  public Host host(final String name) {
    for (int number = FIRST_ADDRESS + hosts.size(); number <= LAST_ADDRESS; number++) {
      final String address = "10.0.0." + number;
      if (!network.isTaken(literal(address))) {
        return host(name, address);
      }
    }
    throw new IllegalStateException("host " + name + ": give it an address, 254 have one");
  }

  /**
   * Adds a host.
   *
   * @param name by which the others find it
   * @param addresses literal ones, of IPv4 and IPv6
   */
  public Host host(final String name, final String... addresses) {
    requireOpen("add a host");
    Objects.requireNonNull(name, "name");
    if (hosts.containsKey(name)) {
      throw new IllegalArgumentException("there is a host " + name + " already");
    }
    final List<InetAddress> all = new ArrayList<>();
    for (final String address : addresses) {
      all.add(literal(address));
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException("host " + name + " has no address");
    }
    final SimHost made = new SimHost(network.machine(name, all), scheduler, names);
    final Host host = new Host(this, made);
    hosts.put(name, host);
    names.put(name, all);
    return host;
  }

  /** Nothing is looked up: what is not a literal address is refused. */
  private static InetAddress literal(final String address) {
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw new IllegalArgumentException("not a literal address: " + address);
    }
    try {
      return InetAddress.getByName(address);
    } catch (final UnknownHostException e) {
      throw new IllegalArgumentException("not a literal address: " + address, e);
    }
  }

  /** All hosts, in the order in which they were added. */
  public List<Host> hosts() {
    return List.copyOf(hosts.values());
  }

  /** The way from one host to another; from a host to itself it is that of loopback. */
  public Link link(final Host from, final Host to) {
    requireOpen("find a link");
    requireOwn(from);
    requireOwn(to);
    return new Link(network.path(from.machine(), to.machine()));
  }

  private void requireOwn(final Host host) {
    if (host.world() != this) {
      throw new IllegalArgumentException("host " + host + " is one of another world");
    }
  }

  /** The names that hosts look up; each host's is there. */
  public Names names() {
    return names;
  }

  /** Choices for the test itself. */
  public Choices choices() {
    requireOpen("draw a choice");
    return choices;
  }

  /** The seed that it was opened with. */
  public long seed() {
    return draws.seed();
  }

  Draws draws() {
    return draws;
  }

  Trace trace() {
    return trace;
  }

  Network network() {
    return network;
  }

  // ---- faults ----

  /** How often what was switched on happens. */
  public final class Rates {
    private final Faults[] kinds;

    Rates(final Faults... kinds) {
      this.kinds = kinds.clone();
    }

    /** Each fault happens in that part of the cases in which it could. */
    public World rate(final double rate) {
      requireOpen("switch faults on");
      Choices.requireRate(rate);
      for (final Faults kind : kinds) {
        final double drawn = swarm ? Campaign.swarmRate(draws, kind, rate) : rate;
        kind.sites().forEach(site -> draws.rate(site, drawn));
      }
      return World.this;
    }
  }

  /** Switches kinds of faults on. They happen as often as the rate says that has to be given. */
  public Rates faults(final Faults... kinds) {
    return new Rates(kinds);
  }

  /** Each kind of faults is on or off, and happens as often, as is drawn. */
  void swarm(final boolean on) {
    swarm = on;
  }

  /** Whom the swarm's choices of a kind are drawn for. */
  static Entity entityOf(final Faults kind) {
    return new Entity(Mix.of(kind.name()));
  }

  /** What a failure of the body or of a run is. */
  SimulationFailure thrown(final Throwable cause) {
    if (cause instanceof SimulationFailure failure) {
      return failure;
    }
    final SimulationFailure.Kind kind =
        cause instanceof Scheduler.SpinException
            ? SimulationFailure.Kind.SPIN
            : cause instanceof Scheduler.DeadlockException
                ? SimulationFailure.Kind.DEADLOCK
                : cause instanceof Scheduler.StalledException
                    ? SimulationFailure.Kind.STALLED
                    : SimulationFailure.Kind.THROWN;
    final boolean known = kind != SimulationFailure.Kind.THROWN;
    return failure(kind, null, known ? cause.getMessage() : cause.toString(), cause);
  }

  /** The host or connection of a choice, in words. */
  String nameOf(final long entity) {
    for (final Faults kind : Faults.values()) {
      if (entityOf(kind).id() == entity) {
        return kind.name();
      }
    }
    final String chosen = choices.nameOf(entity);
    return chosen != null ? chosen : network.nameOf(entity);
  }

  /**
   * One fault by the name of its site.
   *
   * @param site such as {@code EMFILE}: one of those that {@link Faults} switches on, by kinds
   * @param rate from 0 to 1
   * @throws IllegalArgumentException for another name; it lists all
   */
  public World fault(final String site, final double rate) {
    requireOpen("switch a fault on");
    final Set<Site> sites = EnumSet.noneOf(Site.class);
    for (final Faults kind : Faults.values()) {
      sites.addAll(kind.sites());
    }
    for (final Site known : sites) {
      if (known.name().equals(site)) {
        draws.rate(known, Choices.requireRate(rate));
        return this;
      }
    }
    throw new IllegalArgumentException("fault " + site + " is none of " + sites);
  }

  /** From now on no faults: links are whole, hosts are up, clocks are right. */
  public void calm() {
    requireOpen("calm");
    trace.line("world", "is calm");
    draws.calm();
    network.calm();
    for (final Host host : hosts.values()) {
      host.host().calm();
      if (!host.isUp()) {
        host.restart();
      }
    }
  }

  /** Cuts both directions between two hosts. */
  public void partition(final Host one, final Host other, final Link.Cut how) {
    link(one, other).cut(how);
    link(other, one).cut(how);
  }

  /** Heals both directions. */
  public void heal(final Host one, final Host other) {
    link(one, other).heal();
    link(other, one).heal();
  }

  /**
   * Real threads may use {@code execute} and the like on bases of this world. Such runs cannot be
   * repeated.
   */
  public World allowThreads() {
    scheduler.allowThreads();
    return this;
  }

  /**
   * How much real time a thread of a host may take until it waits; 60 seconds unless set. A thread
   * that takes more blocks outside of the simulation: the world ends with {@link
   * SimulationFailure.Kind#STALLED}, which says where that thread is, and interrupts it. An
   * interrupt of the thread that runs the world, such as that of JUnit's {@code Timeout}, leaves
   * one second. A callback blocks the thread that runs the world itself, which nothing watches.
   *
   * @param time more than 0
   */
  public World stallLimit(final Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("stallLimit " + time + " is not above 0");
    }
    scheduler.stallNanos(time.compareTo(MAX_STALL) > 0 ? MAX_STALL.toNanos() : time.toNanos());
    return this;
  }

  // ---- what must hold ----

  /** Checks after each event that something holds. */
  public World always(final String name, final BooleanSupplier holds) {
    requireOpen("check what must hold");
    invariants.add(
        new Invariant(
            Objects.requireNonNull(name, "name"), Objects.requireNonNull(holds, "holds")));
    scheduler.afterEvent(this::checkInvariants);
    return this;
  }

  private void checkInvariants() {
    for (int i = 0; i < invariants.size(); i++) {
      final Invariant invariant = invariants.get(i);
      if (!invariant.holds.getAsBoolean()) {
        throw failure(
            SimulationFailure.Kind.ALWAYS, invariant.name, invariant.name + " does not hold", null);
      }
    }
  }

  private SimulationFailure failure(
      final SimulationFailure.Kind kind,
      final String name,
      final String message,
      final Throwable cause) {
    return new SimulationFailure(kind, name, message, seed(), time.now(), cause);
  }

  // ---- time ----

  /** The virtual time since the world was opened. */
  public Duration now() {
    return Duration.ofNanos(time.now());
  }

  /**
   * Runs an action at a time.
   *
   * @param when counted from the opening of the world; not before {@link #now}
   * @throws IllegalArgumentException if that time has passed
   */
  public void at(final Duration when, final Runnable action) {
    requireOpen("plan an action");
    Objects.requireNonNull(action, "action");
    final long nanos = nanos("at", when);
    if (nanos < time.now()) {
      throw new IllegalArgumentException("at " + when + ": it is " + now() + " already");
    }
    time.schedule(
        new Timeline.Entry() {
          @Override
          protected void happen() {
            action.run();
          }
        },
        nanos);
  }

  /**
   * Lets that much time pass.
   *
   * @param duration not negative, and short enough for 292 years of the world
   */
  public void run(final Duration duration) {
    run(end("run", duration), () -> false);
  }

  /** A duration that is not negative; those that are too long are cut. */
  static long nanos(final String operation, final Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(operation + " " + duration + " is negative");
    }
    return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toNanos();
  }

  private long end(final String operation, final Duration duration) {
    final long nanos = nanos(operation, duration);
    if (nanos >= Long.MAX_VALUE - time.now()) {
      throw new IllegalArgumentException(
          operation + " " + duration + " goes beyond " + LONGEST.toDays() + " days of the world");
    }
    return time.now() + nanos;
  }

  private boolean run(final long end, final BooleanSupplier until) {
    requireOpen("run");
    requireOutside("run");
    try {
      return scheduler.run(end, until);
    } catch (final Scheduler.StalledException e) {
      final SimulationFailure failure = thrown(e);
      closeAfter(failure);
      throw failure;
    } catch (final RuntimeException | AssertionError | StackOverflowError e) {
      throw thrown(e);
    }
  }

  /**
   * Lets time pass until something is true.
   *
   * @param within the most time that it may take; not negative
   * @throws SimulationFailure if it takes longer, or if nothing can happen any more
   */
  public void eventually(final Duration within, final String name, final BooleanSupplier is) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(is, "is");
    final long end = end(name + " within", within);
    if (!run(end, is)) {
      final boolean over = time.size() == 0;
      throw failure(
          over ? SimulationFailure.Kind.DEADLOCK : SimulationFailure.Kind.EVENTUALLY,
          name,
          name
              + " is not true"
              + (over ? ", and nothing can happen any more" : " within " + within),
          null);
    }
  }

  /** Lets everything happen that can, until nothing is left or that much time has passed. */
  public boolean settle(final Duration within) {
    final long end = end("settle", within);
    run(end, () -> scheduler.isQuiet());
    return scheduler.isQuiet();
  }

  // ---- what has happened ----

  /** One number of everything that has happened: two runs are the same if these are. */
  public long digest() {
    return trace.digest();
  }

  /** What has happened so far. */
  public SimulationReport report() {
    return SimulationReport.of(
        time.now(), trace.events(), scheduler.turns(), network.packets(), draws);
  }

  /**
   * Ends it: no code of its programs runs any more. Code that the world runs cannot end it.
   *
   * @throws IllegalStateException if a callback, an action or a thread of a host calls it
   * @throws SimulationFailure of the kind {@code STALLED}: a thread of a host does not end
   */
  @Override
  public void close() {
    requireOutside("close");
    closeAfter(null);
  }

  /** Ends it, after a failure unless that is null. */
  private void closeAfter(final SimulationFailure cause) {
    if (closed) {
      return;
    }
    closed = true;
    Scheduler.StalledException stalled = null;
    for (final Host host : hosts.values()) {
      final Scheduler.StalledException next = host.host().end();
      stalled = stalled == null ? next : stalled;
    }
    if (stalled != null) {
      final SimulationFailure failure = thrown(stalled);
      if (cause == null) {
        throw failure;
      }
      cause.addSuppressed(failure);
    }
  }
}
