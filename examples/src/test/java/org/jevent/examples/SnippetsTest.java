package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs in the documentation are sources that the build compiles, word for word. */
class SnippetsTest {
  private static final Path ROOT = Path.of("..");
  private static final String FENCE = "```java";

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> root = Files.list(ROOT)) {
      return Stream.concat(root, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .collect(Collectors.toList())
          .stream();
    }
  }

  @Test
  void theReadmeBeginsWithAProgram() throws IOException {
    assertThat(Files.readString(ROOT.resolve("README.md"))).contains(FENCE);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void eachProgramIsItsSource(final Path document) throws IOException {
    final List<String> lines = Files.readAllLines(document);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals(FENCE)) {
        final String source = lines.get(i - 1);
        assertThat(source)
            .as("names the source")
            .matches("<!-- examples/src/(main|test)/java/\\S+\\.java -->");
        final List<String> rest = lines.subList(i + 1, lines.size());
        assertThat(rest.subList(0, rest.indexOf("```")))
            .as("%s and %s", document, source)
            .isEqualTo(program(ROOT.resolve(source.split(" ")[1])));
      }
    }
  }

  /** A source without the line of its package and the empty one behind it. */
  private static List<String> program(final Path source) throws IOException {
    final List<String> lines = Files.readAllLines(source);
    assertThat(lines.get(0)).startsWith("package ");
    return lines.subList(2, lines.size());
  }
}
