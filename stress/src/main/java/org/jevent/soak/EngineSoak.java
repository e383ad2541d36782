package org.jevent.soak;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jevent.OpenDescriptors;

/** Generation after generation on one engine. */
final class EngineSoak {
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private final String engine;
  private final Random seeds;
  private final Memory memory = new Memory();
  private final List<String> failures = new ArrayList<>();
  private final Map<String, long[]> work = new LinkedHashMap<>();
  private Figures start;
  private Set<String> startDescriptors;
  private Figures latest;
  private int generations;

  EngineSoak(final String engine, final long seed) {
    this.engine = engine;
    this.seeds = new Random(seed);
  }

  /** Loads what the JVM loads once, and notes what is open then. */
  void warmUp(final Duration duration) throws IOException {
    generation(duration);
    work.clear();
    start = Figures.now();
    startDescriptors = OpenDescriptors.all();
  }

  void run(final Duration duration) throws IOException {
    generation(duration);
    generations++;
    awaitStart();
    latest = Figures.now();
    memory.add(latest);
    final Set<String> left = left();
    if (!left.isEmpty()) {
      fail("descriptors are left: " + left);
    }
    if (latest.shim() != start.shim()) {
      fail(latest.shim() - start.shim() + " bytes of native memory more than at first");
    }
  }

  private void generation(final Duration duration) throws IOException {
    final Ground ground = new Ground(engine, seeds.nextLong());
    try (ground) {
      ground.run(duration);
    }
    ground.failures().forEach(this::fail);
    for (final Churn churn : ground.churns()) {
      final long[] done = work.computeIfAbsent(churn.toString(), kind -> new long[2]);
      done[0] += churn.rounds();
      done[1] += churn.bytes();
      if (churn.rounds() == 0) {
        fail(churn + " has not ended a single round");
      }
    }
  }

  /** Threads end and descriptors are closed a moment after the base. */
  private void awaitStart() {
    final long end = System.nanoTime() + PATIENCE;
    while (!left().isEmpty() && System.nanoTime() < end) {
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
  }

  private Set<String> left() {
    final Set<String> open = OpenDescriptors.all();
    open.removeAll(startDescriptors);
    return open;
  }

  private void fail(final String what) {
    failures.add(engine + ", generation " + generations + ": " + what);
  }

  /** What went wrong, growth included. */
  List<String> failures() {
    final List<String> all = new ArrayList<>(failures);
    memory.growth().forEach(text -> all.add(engine + ": " + text));
    return all;
  }

  int generations() {
    return generations;
  }

  long rounds() {
    return work.values().stream().mapToLong(done -> done[0]).sum();
  }

  long bytes() {
    return work.values().stream().mapToLong(done -> done[1]).sum();
  }

  Figures latest() {
    return latest;
  }

  /** What was done, and how memory moved. */
  String summary() {
    final String kinds =
        work.entrySet().stream()
            .map(
                entry ->
                    String.format(
                        Locale.ROOT,
                        "%s %,d (%,d MB)",
                        entry.getKey(),
                        entry.getValue()[0],
                        entry.getValue()[1] >> 20))
            .collect(Collectors.joining(", "));
    final String grown =
        memory.isAvailable()
            ? String.format(
                Locale.ROOT,
                "from the middle third to the last: resident %+,d KB, heap %+,d KB, native %+,d KB",
                memory.growth(Figures::resident) / 1024,
                memory.heapGrowth() / 1024,
                memory.growth(Figures::committed) / 1024)
            : "too short to show whether memory grows: "
                + generations
                + " generations, "
                + Memory.ENOUGH
                + " are needed";
    return engine + ": rounds: " + kinds + "\n" + engine + ": " + grown;
  }
}
