package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs of the guide print what the guide says. */
@Timeout(60)
class GuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "guide.md");
  private static final String BEGIN = "<!-- output of ";

  /** A program and the lines that it prints. */
  record Output(String program, List<String> lines) {}

  static Stream<Output> outputs() throws IOException {
    final List<String> guide = Files.readAllLines(GUIDE);
    final List<Output> found = new ArrayList<>();
    for (int i = 0; i < guide.size(); i++) {
      if (guide.get(i).startsWith(BEGIN)) {
        final List<String> rest = guide.subList(i + 2, guide.size());
        final String program = guide.get(i).substring(BEGIN.length()).replace(" -->", "");
        found.add(new Output(program, rest.subList(0, rest.indexOf("```"))));
      }
    }
    assertThat(found).isNotEmpty();
    return found.stream();
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void aProgramPrintsWhatTheGuideSays(final Output output) throws Exception {
    final List<String> command = new ArrayList<>(Program.command());
    command.set(command.size() - 1, "org.jevent.examples.guide." + output.program());
    final Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    final String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(printed.lines().toList()).isEqualTo(output.lines());
  }
}
