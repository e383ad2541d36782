package org.jevent.sim;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jevent.sim.core.Draws;

/** How a failing run is repeated: from its seed, or from a file of its choices. */
final class Replay {
  private final long seed;
  private final String file;
  private final boolean needsChoices;
  private final Supplier<Draws> source;

  /** The file of choices that is there already, or null. */
  private Path record;

  private Replay(
      final long seed,
      final String file,
      final boolean needsChoices,
      final Supplier<Draws> source) {
    this.seed = seed;
    this.file = file;
    this.needsChoices = needsChoices;
    this.source = source;
  }

  /** All choices follow from the seed. */
  static Replay ofSeed(final String test, final long seed) {
    return new Replay(seed, plain(test) + "-" + hex(seed), false, () -> Draws.of(seed));
  }

  /**
   * No seed gives these choices; they are the same each time that the supplier is asked.
   *
   * @param origin where they come from: the end of the name of the files
   */
  static Replay ofChoices(final String test, final String origin, final Supplier<Draws> source) {
    return new Replay(source.get().seed(), plain(test) + "-" + origin, true, source);
  }

  /** The choices of a file. */
  static Replay ofFile(final String test, final ChoiceFile file) {
    return new Replay(
        file.seed(),
        plain(test) + "-replay",
        true,
        () -> Draws.replay(file.seed(), file.choices()));
  }

  /** The choices of a file that is kept, and tried before any seed. */
  static Replay ofRecord(final String test, final Path record, final ChoiceFile file) {
    final String whole = record.getFileName().toString();
    final String origin = whole.substring(0, whole.length() - ChoiceFile.ENDING.length());
    final Replay made =
        ofChoices(test, plain(origin), () -> Draws.replay(file.seed(), file.choices()));
    made.record = record;
    return made;
  }

  private static String plain(final String test) {
    return test.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private static String hex(final long seed) {
    return Long.toHexString(seed);
  }

  /** What random numbers of hosts follow from. */
  long seed() {
    return seed;
  }

  /** Whether the seed alone does not repeat the run. */
  boolean needsChoices() {
    return needsChoices;
  }

  /** The choices of the run, from their beginning. */
  Draws draws() {
    return source.get();
  }

  /** The name of the files of the run, without their endings. */
  String file() {
    return file;
  }

  /**
   * How to repeat the run, for people.
   *
   * @param directory where the files of the run are, or null
   */
  String hint(final Path directory) {
    if (!needsChoices) {
      return "Repeat it with -Djevent.sim.seed=0x" + hex(seed);
    }
    if (record != null) {
      return "Repeat it with -Djevent.sim.choices=" + record;
    }
    return directory == null
        ? "Repeat it with Campaign.replay, for which Campaign.directory has to be set"
        : "Repeat it with -Djevent.sim.choices="
            + directory.resolve(file + ChoiceFile.ENDING)
            + " or Campaign.replay";
  }
}
