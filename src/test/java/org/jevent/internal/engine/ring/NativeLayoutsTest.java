package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the headers of each system say of structures and numbers, as its compiler printed it for
 * scripts/build-natives (native/test/layouts.c), beside what the library takes for granted.
 */
class NativeLayoutsTest {
  private static final String PLACE = System.getProperty("jevent.layouts");

  private static Map<String, Long> layout(final String name) throws IOException {
    assumeThat(PLACE).as("-Djevent.layouts names what scripts/build-natives made").isNotNull();
    try (Stream<String> lines = Files.lines(Path.of(PLACE, name))) {
      return lines
          .map(line -> line.split(" "))
          .collect(
              Collectors.toMap(
                  word -> word[0], word -> Long.valueOf(word[1]), (a, b) -> b, TreeMap::new));
    }
  }

  /** Each line of the table: a number, the platforms that have it, and what it is there. */
  @ParameterizedTest
  @CsvFileSource(resources = "/natives/layouts.csv", useHeadersInDisplayName = true)
  void numbersAreWhatTheLibraryTakesThemFor(
      final String name, final String platforms, final long expected) throws IOException {
    int seen = 0;
    for (final NativePlatform platform : NativePlatform.all()) {
      if (platform.prefix().matches(platforms)) {
        assertThat(layout(platform.prefix())).as(platform.prefix()).containsEntry(name, expected);
        seen++;
      }
    }
    assertThat(seen).as("platforms like " + platforms).isPositive();
  }

  @ParameterizedTest
  @MethodSource("org.jevent.internal.engine.ring.NativePlatform#all")
  void theProcessorIsTheOneThatJavaExpects(final NativePlatform platform) throws IOException {
    final Map<String, Long> layout = layout(platform.prefix());
    assertThat(layout).containsEntry("little_endian", platform.bigEndian() ? 0L : 1L);
    final boolean narrow = platform.processor().matches("x86|arm");
    assertThat(layout).containsEntry("sizeof.pointer", narrow ? 4L : 8L);
  }

  /** The imitation of kqueue says that it has FreeBSD's shape. */
  @Test
  void theImitationOfKqueueIsFreeBsds() throws IOException {
    final Map<String, Long> imitated = kqueue(layout("emulated"));
    assertThat(imitated).hasSizeGreaterThan(15).isEqualTo(kqueue(layout("freebsd-x86-64")));
  }

  private static Map<String, Long> kqueue(final Map<String, Long> layout) {
    return layout.entrySet().stream()
        .filter(entry -> entry.getKey().matches("EV.*|NOTE.*|event\\..*|sizeof\\.event"))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
