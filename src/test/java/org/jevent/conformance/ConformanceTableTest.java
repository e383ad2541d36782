package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in {@code docs/conformance.md} names tests that exist. */
class ConformanceTableTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties))\\.(\\w+)`");
  private static final List<String> PACKAGES =
      List.of(
          "org.jevent.conformance",
          "org.jevent",
          "org.jevent.buffer",
          "org.jevent.bufferevent",
          "org.jevent.internal.engine",
          "org.jevent.internal.engine.nio",
          "org.jevent.internal.engine.ring",
          "org.jevent.examples",
          "org.jevent.net",
          "org.jevent.internal.bytes",
          "org.jevent.internal.loop",
          "org.jevent.util");

  static Stream<String> rows() throws IOException {
    return Files.readAllLines(Path.of("docs", "conformance.md")).stream()
        .filter(
            line -> line.startsWith("| ") && !line.startsWith("| case") && !line.contains("---"));
  }

  @Test
  void thereAreRows() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRowNamesTestsThatExistOrAReason(final String row) {
    final String[] cells = row.split("\\|");
    assertThat(cells).hasSize(4);
    final List<MatchResult> named = TEST.matcher(cells[3]).results().toList();
    if (cells[2].isBlank()) {
      assertThat(named).isEmpty();
      assertThat(cells[3]).isNotBlank();
    } else {
      assertThat(named).isNotEmpty();
    }
    named.forEach(
        test ->
            assertThat(methods(test.group(1)))
                .as("tests of " + test.group(1))
                .contains(test.group(2)));
  }

  private static List<String> methods(final String simpleName) {
    return PACKAGES.stream()
        .map(name -> find(name + "." + simpleName))
        .flatMap(Optional::stream)
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .map(Method::getName)
        .toList();
  }

  private static Optional<Class<?>> find(final String name) {
    try {
      return Optional.of(Class.forName(name));
    } catch (final ClassNotFoundException absent) {
      return Optional.empty();
    }
  }
}
