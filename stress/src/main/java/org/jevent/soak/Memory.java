package org.jevent.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Distinguishes growth from noise: what the process held after each generation. The first third of
 * a run is warming up. The last third must not be above the middle one by more than a bound:
 * resident memory by its median, the heap by its minimum, as sessions of TLS that a collection may
 * drop come and go.
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
            growth("resident memory", growth(Figures::resident), RESIDENT_BOUND),
            growth("live heap", heapGrowth(), HEAP_BOUND))
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> growth(final String what, final long more, final long bound) {
    return more <= bound
        ? List.of()
        : List.of(what + " grows: by " + more / 1024 + " KB, more than " + bound / 1024 + " KB");
  }

  private List<Figures> middle() {
    final int third = samples.size() / 3;
    return samples.subList(third, 2 * third);
  }

  private List<Figures> last() {
    return samples.subList(samples.size() - samples.size() / 3, samples.size());
  }

  /** From the middle third to the last. */
  long growth(final ToLongFunction<Figures> figure) {
    return median(last(), figure) - median(middle(), figure);
  }

  /** The same of the least live heap. */
  long heapGrowth() {
    return least(last()) - least(middle());
  }

  private static long least(final List<Figures> some) {
    return some.stream().mapToLong(Figures::heap).min().orElse(0);
  }

  private static long median(final List<Figures> some, final ToLongFunction<Figures> figure) {
    return some.stream().mapToLong(figure).sorted().skip(some.size() / 2).findFirst().orElse(0);
  }
}
