package org.jevent.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jevent.sim.core.Choice;
import org.jevent.sim.core.Draws;
import org.jevent.sim.core.Exhaustive;
import org.jevent.sim.core.Mix;
import org.jevent.sim.core.Site;

/**
 * One test in many worlds. The first that fails is repeated, reduced to as few choices as still
 * make it fail in the same way, and written as a story.
 *
 * <p>Setters return the campaign itself. The body must not keep anything from one world to the
 * next.
 */
public final class Campaign {
  private static final int CHECK_EVERY = 20;
  private static final int DEFAULT_SEEDS = 100;
  private static final int MAX_JOBS = 1024;
  private static final Duration MAX_BUDGET = Duration.ofDays(36_500);

  private final String name;
  private final Consumer<World> body;
  private int seeds = DEFAULT_SEEDS;
  private int jobs = 1;
  private boolean repeatable;
  private Duration budget = Duration.ofDays(1);
  private boolean swarm = true;
  private boolean shrinks = true;
  private Path directory;
  private Path records;

  private Campaign(final String name, final Consumer<World> body) {
    this.name = Objects.requireNonNull(name, "name");
    this.body = Objects.requireNonNull(body, "body");
  }

  /**
   * A campaign.
   *
   * @param name half of the seeds follow from it, and are the same each time
   * @param body the test; what it throws is a failure
   */
  public static Campaign of(final String name, final Consumer<World> body) {
    return new Campaign(name, body);
  }

  /** How many worlds; 100 unless set. */
  public Campaign seeds(final int count) {
    if (count < 1) {
      throw new IllegalArgumentException("seeds " + count + " is less than 1");
    }
    seeds = count;
    return this;
  }

  /**
   * All seeds follow from the name: the same worlds each time, as a build wants them. False unless
   * set.
   */
  public Campaign repeatable(final boolean on) {
    repeatable = on;
    return this;
  }

  /**
   * Ends after that much real time, though not all worlds were tried; the first one is.
   *
   * @param time more than 0
   */
  public Campaign budget(final Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("budget " + time + " is not above 0");
    }
    budget = time.compareTo(MAX_BUDGET) > 0 ? MAX_BUDGET : time;
    return this;
  }

  /**
   * Each world draws which kinds of faults it has of those that the test switches on, and how often
   * they happen. True unless set.
   */
  public Campaign swarm(final boolean on) {
    swarm = on;
    return this;
  }

  /**
   * How many threads try worlds side by side; 1 unless set. The body runs in all of them, and must
   * not share anything between worlds. The failure that is found is the same.
   */
  public Campaign jobs(final int threads) {
    if (threads < 1 || threads > MAX_JOBS) {
      throw new IllegalArgumentException("jobs " + threads + " is not within 1.." + MAX_JOBS);
    }
    jobs = threads;
    return this;
  }

  /** A failing run is reduced; true unless set. */
  public Campaign shrink(final boolean on) {
    shrinks = on;
    return this;
  }

  /** Where the story, the choices and the packets of a failing run are written; null: nowhere. */
  public Campaign directory(final Path where) {
    directory = where;
    return this;
  }

  /** Choices of former failures, which are tried before any seed; null: none. */
  public Campaign records(final Path where) {
    records = where;
    return this;
  }

  /**
   * The seed of a world.
   *
   * @param index the first half follows from the name, the others are new each time unless the
   *     campaign is repeatable
   */
  private long seed(final int index) {
    return repeatable || index < (seeds + 1) / 2
        ? Mix.of(Mix.of(name), index)
        : ThreadLocalRandom.current().nextLong();
  }

  /**
   * Tries all worlds.
   *
   * @throws SimulationFailure the first that fails
   */
  public SimulationReport run() {
    SimulationReport report = SimulationReport.empty();
    for (final Path file : ChoiceFile.files(records)) {
      final ChoiceFile record = ChoiceFile.read(file);
      report = report.plus(check(record, Replay.ofRecord(name, file, record)));
    }
    final SimulationReport[] sum = {report};
    final Failed failed =
        new Jobs<>(seeds, System.nanoTime() + budget.toNanos(), index -> attempt(index, sum))
            .run(jobs);
    if (failed != null) {
      throw explained(failed.failure, Replay.ofSeed(name, failed.seed));
    }
    return sum[0];
  }

  /** A world that fails. */
  private record Failed(SimulationFailure failure, long seed) {}

  /**
   * Tries the world of an index; null: it does not fail.
   *
   * @param sum its element gets what has happened as well
   */
  private Failed attempt(final int index, final SimulationReport... sum) {
    final long seed = seed(index);
    final Run first = attempt(Draws.of(seed));
    if (first.failure() != null) {
      return new Failed(first.failure(), seed);
    }
    synchronized (sum) {
      sum[0] = sum[0].plus(first.report());
    }
    if (index % CHECK_EVERY == 0) {
      requireSame(seed, first.digest());
    }
    return null;
  }

  /** Tries one world. */
  public SimulationReport run(final long seed) {
    final Run only = attempt(Draws.of(seed));
    if (only.failure() != null) {
      throw explained(only.failure(), Replay.ofSeed(name, seed));
    }
    requireSame(seed, only.digest());
    return only.report();
  }

  /**
   * Tries the world whose choices are bytes, such as those that a fuzzer changes until they reach
   * what no seed has reached. A choice takes as many bytes as its numbers need, the highest first,
   * and their remainder. A fault takes one, and happens if that is 255, whatever its rate is. After
   * the last byte all is plain: choices are 0, and no fault happens.
   *
   * @throws SimulationFailure it fails; the file of its choices repeats that, as do the bytes
   */
  public SimulationReport run(final byte[] bytes) {
    final byte[] taken = bytes.clone();
    final Run only = attempt(Draws.of(taken));
    if (only.failure() != null) {
      final String origin = "bytes-" + Integer.toHexString(Arrays.hashCode(taken));
      throw explained(only.failure(), Replay.ofChoices(name, origin, () -> Draws.of(taken)));
    }
    return only.report();
  }

  /**
   * Tries all sequences of the first choices, to a depth. A failure of it does not follow from a
   * seed: its message and its file have the choices, which {@link #replay} repeats.
   *
   * @param depth how many choices of a run are varied; those beyond are 0
   * @throws SimulationFailure the first sequence that fails
   */
  public SimulationReport runAll(final int depth) {
    if (depth < 1) {
      throw new IllegalArgumentException("depth " + depth + " is less than 1");
    }
    SimulationReport report = SimulationReport.empty();
    final Exhaustive exhaustive = new Exhaustive(depth);
    final long end = System.nanoTime() + budget.toNanos();
    do {
      final Run run = attempt(exhaustive.draws());
      if (run.failure() != null) {
        throw explained(run.failure(), Replay.ofChoices(name, "exhaustive", exhaustive::draws));
      }
      report = report.plus(run.report());
    } while (exhaustive.advance() && System.nanoTime() - end < 0);
    return report;
  }

  /**
   * Repeats the run of a file of choices, as a failing run has left it in the {@link #directory}.
   *
   * @param choices a file whose name ends with {@code .choices}
   * @throws SimulationFailure it fails again
   */
  public SimulationReport replay(final Path choices) {
    final ChoiceFile file = ChoiceFile.read(Objects.requireNonNull(choices, "choices"));
    return check(file, Replay.ofFile(name, file));
  }

  /** Tries the world of a file of choices. */
  private SimulationReport check(final ChoiceFile file, final Replay replay) {
    final Run run = attempt(replay.draws());
    if (run.failure() != null) {
      throw reported(run.failure(), replay, file.choices(), 0);
    }
    return run.report();
  }

  private void requireSame(final long seed, final long digest) {
    final Run again = attempt(Draws.of(seed));
    if (again.failure() != null) {
      throw diverged(
          "the first run has passed, and the second fails: " + again.failure().reason(),
          seed,
          again.failure());
    }
    if (again.digest() != digest) {
      throw diverged(
          "two runs differ: " + Long.toHexString(digest) + ", " + Long.toHexString(again.digest()),
          seed,
          null);
    }
  }

  private SimulationFailure diverged(
      final String how, final long seed, final SimulationFailure cause) {
    return new SimulationFailure(
        SimulationFailure.Kind.DIVERGED,
        null,
        name
            + ": "
            + how
            + ": the test or the program depends on something outside of the world, such as"
            + " threads, the machine's time, static state, or the order of a hash set",
        seed,
        cause == null ? 0 : cause.nanos(),
        cause);
  }

  /** What came of one world. */
  record Run(SimulationFailure failure, SimulationReport report, long digest) {}

  private World world(final Draws draws) {
    final World world = new World(draws);
    world.swarm(swarm);
    return world;
  }

  private Run attempt(final Draws draws) {
    try (World world = world(draws)) {
      return attempt(world);
    }
  }

  private Run attempt(final World world) {
    SimulationFailure failure = null;
    try {
      body.accept(world);
    } catch (final OutOfMemoryError e) {
      throw e; // of the machine, not of the world
    } catch (final RuntimeException | Error e) {
      failure = world.thrown(e);
    }
    return new Run(failure, world.report(), world.digest());
  }

  // ---- a failure ----

  private SimulationFailure explained(final SimulationFailure failure, final Replay replay) {
    if (failure.kind() == SimulationFailure.Kind.STALLED) {
      return new SimulationFailure(
          failure.kind(),
          null,
          name + ": " + failure.reason() + "\n" + replay.hint(null),
          replay.seed(),
          failure.nanos(),
          failure.getCause());
    }
    final Draws recording = replay.draws();
    recording.record();
    final Run again = attempt(recording);
    if (again.failure() == null || !again.failure().signature().equals(failure.signature())) {
      throw new SimulationFailure(
          SimulationFailure.Kind.DIVERGED,
          null,
          "the failure does not repeat: " + failure.getMessage(),
          replay.seed(),
          failure.nanos(),
          failure);
    }
    final List<Choice> recorded = recording.recorded();
    final Shrinker shrinker =
        new Shrinker(candidate -> fails(replay.seed(), candidate, failure.signature()));
    List<Choice> choices = replay.needsChoices() ? recorded : null;
    if (shrinks && fails(replay.seed(), recorded, failure.signature())) {
      choices = shrinker.shrink(recorded);
    }
    return reported(failure, replay, choices, shrinker.runs());
  }

  private boolean fails(final long seed, final Collection<Choice> choices, final String signature) {
    final SimulationFailure found = attempt(Draws.replay(seed, choices)).failure();
    return found != null && found.signature().equals(signature);
  }

  private SimulationFailure reported(
      final SimulationFailure failure,
      final Replay replay,
      final List<Choice> choices,
      final int runs) {
    final Draws draws = choices == null ? replay.draws() : Draws.replay(replay.seed(), choices);
    final Story story = new Story();
    byte[] packets = null;
    SimulationFailure last = failure;
    try (World world = world(draws)) {
      story.listenTo(world);
      final Run run = attempt(world);
      packets = story.packets();
      if (choices != null) {
        story.choices(world, choices);
      }
      if (run.failure() != null) {
        last = run.failure();
      }
    }
    final String files = story.write(directory, name, replay, choices, last, packets);
    return new SimulationFailure(
        last.kind(),
        last.name(),
        story.message(name, last, replay.hint(directory), choices, runs) + files,
        replay.seed(),
        last.nanos(),
        last.getCause());
  }

  /** How swarm draws the rate of a kind: the plain thing is that it is off. */
  static double swarmRate(final Draws draws, final Faults kind, final double rate) {
    final int drawn = draws.choose(Site.SWARM, World.entityOf(kind), 8);
    return drawn < 4 ? 0 : rate * StrictMath.pow(10, (drawn - 6) / 2.0);
  }
}
