package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM's log says of its garbage collector. It knows pauses to a microsecond, where the
 * collectors' beans know milliseconds. Where ZGC lets a thread wait for memory, that is a pause.
 *
 * @param pauses in order
 */
record GcLog(List<Pause> pauses) {
  /**
   * One time at which the program stood still.
   *
   * @param endedAt milliseconds since 1970
   * @param collection its number; -1 if it is part of none
   * @param millis how long it was
   */
  record Pause(long endedAt, int collection, double millis) {}

  private static final Pattern PAUSE =
      Pattern.compile(
          "^\\[(\\d+)ms]\\s*(?:GC\\((\\d+)\\))?.*\\b(?:Pause|Stall)\\b.*?\\s([0-9.]+)ms$");

  /** Makes a JVM write it. */
  static String option(final Path file) {
    return "-Xlog:gc,gc+phases:file=" + file + ":timemillis:filecount=0";
  }

  static GcLog read(final Path file) throws IOException {
    return of(Files.readAllLines(file));
  }

  static GcLog of(final List<String> lines) {
    final List<Pause> pauses = new ArrayList<>();
    for (final String line : lines) {
      final Matcher matcher = PAUSE.matcher(line);
      if (matcher.find()) {
        final String collection = matcher.group(2);
        pauses.add(
            new Pause(
                Long.parseLong(matcher.group(1)),
                collection == null ? -1 : Integer.parseInt(collection),
                Double.parseDouble(matcher.group(3))));
      }
    }
    return new GcLog(pauses);
  }

  /** What ended within these milliseconds since 1970. */
  GcLog between(final long begin, final long end) {
    return new GcLog(
        pauses.stream().filter(pause -> pause.endedAt >= begin && pause.endedAt <= end).toList());
  }

  /** Those that made the program stand still: one may do so several times. */
  long collections() {
    return pauses.stream()
        .mapToInt(Pause::collection)
        .filter(number -> number >= 0)
        .distinct()
        .count();
  }

  double totalMillis() {
    return pauses.stream().mapToDouble(Pause::millis).sum();
  }

  double longestMillis() {
    return pauses.stream().mapToDouble(Pause::millis).max().orElse(0);
  }
}
