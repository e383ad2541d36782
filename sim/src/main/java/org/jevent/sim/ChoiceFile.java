package org.jevent.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jevent.sim.core.Choice;
import org.jevent.sim.core.Site;

/**
 * The choices of a run in a text file: a header, then a line for each choice that is not 0, with
 * its site, entity, count, value and bound.
 *
 * @param seed of the world
 * @param choices that were drawn
 */
record ChoiceFile(long seed, List<Choice> choices) {
  private static final String HEADER = "jevent-sim choices 1";

  /** The names of files end with it. */
  static final String ENDING = ".choices";

  private static final String SEED = "seed ";
  private static final int RADIX = 16;
  private static final int FIELDS = 5;

  /** All files of a directory; none if there is no directory. */
  static List<Path> files(final Path directory) {
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(ENDING)).sorted().toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file; sites that this version does not know are left out. */
  static ChoiceFile read(final Path file) {
    try {
      return of(Files.readAllLines(file), file.toString());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChoiceFile of(final List<String> lines, final String name) {
    if (lines.size() < 2 || !lines.get(0).equals(HEADER) || !lines.get(1).startsWith(SEED)) {
      throw new IllegalArgumentException(name + " is no file of choices");
    }
    final long seed = Long.parseUnsignedLong(lines.get(1).substring(SEED.length()), RADIX);
    final List<Choice> choices = new ArrayList<>();
    for (final String line : lines.subList(2, lines.size())) {
      final String[] fields = line.split(" ", -1);
      if (!line.startsWith("#") && fields.length == FIELDS && isKnown(fields[0])) {
        choices.add(
            new Choice(
                Site.valueOf(fields[0]),
                Long.parseUnsignedLong(fields[1], RADIX),
                Integer.parseInt(fields[2]),
                Integer.parseInt(fields[3]),
                Integer.parseInt(fields[4])));
      }
    }
    return new ChoiceFile(seed, choices);
  }

  private static boolean isKnown(final String name) {
    return Stream.of(Site.values()).anyMatch(site -> site.name().equals(name));
  }

  /** Writes the file. */
  void write(final Path file, final String test) throws IOException {
    final List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    lines.add(SEED + Long.toHexString(seed));
    lines.add("# " + test + ", JDK " + Runtime.version());
    for (final Choice choice : choices) {
      lines.add(
          choice.site()
              + " "
              + Long.toHexString(choice.entity())
              + " "
              + choice.count()
              + " "
              + choice.value()
              + " "
              + choice.bound());
    }
    Files.write(file, lines);
  }
}
