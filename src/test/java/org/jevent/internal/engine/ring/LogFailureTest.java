package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jevent.TestSystem;
import org.jevent.internal.engine.EngineProvider;
import org.jevent.internal.engine.Engines;
import org.jevent.internal.providers.Providers;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that cannot be logged harms neither the loop nor the process. */
@Timeout(120)
class LogFailureTest {
  @TempDir private Path directory;

  static Stream<String> methods() {
    return Engines.ranked(Providers.ALL).stream()
        .filter(EngineProvider::usable)
        .map(EngineProvider::name);
  }

  private ForkedJvm jvm() throws Exception {
    return new ForkedJvm(directory).with(Altered.jar(directory, Altered.library())).jna();
  }

  /** The JDK's logging opens files for its first message. */
  @ParameterizedTest
  @MethodSource("methods")
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no such limit")
  void theFirstMessageMayComeWhenDescriptorsHaveRunOut(final String method) throws Exception {
    assumeThat(Files.isExecutable(Path.of("/bin/sh"))).isTrue();
    final ForkedJvm.Result result =
        jvm()
            .descriptors(60)
            .set("jevent.engine", method)
            .run(LogProbe.class.getName(), "descriptors");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).as("%s", result).containsExactly(method, "full", "accepted");
    assertThat(result.log())
        .as("%s", result)
        .anyMatch(line -> line.startsWith("SEVERE exception in a callback of listener on"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"logger", "finder"})
  void whatTheLoggerThrowsIsNotPassedOn(final String fails) throws Exception {
    final Path services = Files.createDirectories(directory.resolve("services"));
    final Path file = services.resolve(LogProbe.Finder.SERVICE.toString());
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(LogProbe.Finder.class.getName()));
    final ForkedJvm.Result result =
        jvm().with(services).set("fails", fails).run(LogProbe.class.getName(), "throw");
    assertThat(result.exit()).as("%s", result).isZero();
    assertThat(result.out()).as("%s", result).containsExactly(TestSystem.METHOD, "goes on");
    assertThat(String.join("\n", result.err()))
        .contains("org.jevent ERROR: exception in a callback of")
        .contains("the callback's own")
        .contains(fails.equals("finder") ? "no logger" : "StackOverflowError");
  }
}
