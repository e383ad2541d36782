package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lists in {@code docs/conformance.md} name tests that exist. */
class ConformanceTableTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties))\\.(\\w+)`");
  private static final Pattern ENTRY = Pattern.compile("(?m)^- .*(?:\\n  .*)*");
  private static final Pattern REASON =
      Pattern.compile("(?s)- \\*\\*[^:]*\\*\\* has no test here\\.\\s+\\S.*");
  private static final Pattern METHOD = Pattern.compile("(?m)^ {2}(?:public )?void (\\w+)\\(");

  /** By their sources, as the examples' tests are another project. */
  private static final Map<String, Path> TESTS = new HashMap<>();

  @BeforeAll
  static void findTests() throws IOException {
    for (final String root : List.of("src/test/java", "examples/src/test/java")) {
      try (Stream<Path> sources = Files.walk(Path.of(root))) {
        sources
            .filter(source -> source.toString().endsWith(".java"))
            .forEach(
                source -> TESTS.put(source.getFileName().toString().replace(".java", ""), source));
      }
    }
  }

  /** Each entry of a list, whatever lines it has. */
  static Stream<String> rows() throws IOException {
    return ENTRY
        .matcher(Files.readString(Path.of("docs", "conformance.md")))
        .results()
        .map(MatchResult::group);
  }

  @Test
  void thereAreRowsAndNoOthers() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(250);
    assertThat(Files.readAllLines(Path.of("docs", "conformance.md")))
        .noneMatch(line -> line.startsWith("|"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void eachRowNamesTestsThatExistOrAReason(final String row) {
    final List<MatchResult> named = TEST.matcher(row).results().toList();
    assertThat(named.isEmpty()).isEqualTo(REASON.matcher(row).lookingAt());
    named.forEach(
        test ->
            assertThat(methods(test.group(1)))
                .as("tests of " + test.group(1))
                .contains(test.group(2)));
  }

  private static List<String> methods(final String test) {
    assertThat(TESTS).containsKey(test);
    try {
      return METHOD
          .matcher(Files.readString(TESTS.get(test)))
          .results()
          .map(method -> method.group(1))
          .toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
