package org.jevent.sim;

import java.util.List;
import java.util.function.BiConsumer;
import org.jevent.sim.core.Mix;

/**
 * One number for each of some programs, of all that happens to it in some worlds. They are the same
 * on each JDK, system and processor. A change of the library or of the simulator that changes the
 * story, such as one more choice, has new ones.
 */
final class Digests {
  static final List<Long> EXPECTED =
      List.of(
          5726835437600658973L,
          -6540392226390623265L,
          -2032414874250420458L,
          -3229503550384873168L);

  private static final int SEEDS = 10;

  private Digests() {}

  static List<Long> compute() {
    final LibraryCampaignTest programs = new LibraryCampaignTest();
    return List.of(
        of(programs::aProxyPassesEverythingOn),
        of(programs::filtersOnBothSidesUndoEachOther),
        of(programs::clientsComeBackAfterCrashesAndPartitions),
        of(programs::datagramsAreAnsweredInTheEnd));
  }

  private static long of(final BiConsumer<World, Choices> program) {
    long all = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      try (World world = World.open(seed)) {
        program.accept(world, world.choices());
        all = Mix.of(all, world.digest());
      }
    }
    return all;
  }

  /** For JVMs on which no test framework runs: says the numbers, and fails when they differ. */
  public static void main(final String[] args) {
    final List<Long> found = compute();
    final String platform =
        System.getProperty("os.arch")
            + ", Java "
            + System.getProperty("java.specification.version");
    System.out.println("digests   " + platform + ": " + found);
    if (!found.equals(EXPECTED)) {
      System.err.println("expected " + EXPECTED);
      System.exit(1);
    }
  }
}
