package org.jevent.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Distinguishes growth from noise: what the process held after each generation. The first third of
 * a run is warming up. The median of the last third must not be above that of the middle one by
 * more than a bound.
 */
final class Memory {
  static final long RESIDENT_BOUND = 8L << 20;
  static final long HEAP_BOUND = 1L << 20;

  /** Fewer show nothing. */
  static final int ENOUGH = 9;

  private final List<Figures> samples = new ArrayList<>();

  void add(final Figures sample) {
    samples.add(sample);
  }

  boolean isAvailable() {
    return samples.size() >= ENOUGH;
  }

  /** What has grown, in words. */
  List<String> growth() {
    if (!isAvailable()) {
      return List.of();
    }
    return Stream.of(
            growth("resident memory", Figures::resident, RESIDENT_BOUND),
            growth("live heap", Figures::heap, HEAP_BOUND))
        .flatMap(List::stream)
        .toList();
  }

  private List<String> growth(
      final String what, final ToLongFunction<Figures> figure, final long bound) {
    final long more = growth(figure);
    return more <= bound
        ? List.of()
        : List.of(what + " grows: by " + more / 1024 + " KB, more than " + bound / 1024 + " KB");
  }

  /** From the middle third to the last. */
  long growth(final ToLongFunction<Figures> figure) {
    final int third = samples.size() / 3;
    return median(samples.subList(samples.size() - third, samples.size()), figure)
        - median(samples.subList(third, 2 * third), figure);
  }

  private static long median(final List<Figures> some, final ToLongFunction<Figures> figure) {
    return some.stream().mapToLong(figure).sorted().skip(some.size() / 2).findFirst().orElse(0);
  }
}
