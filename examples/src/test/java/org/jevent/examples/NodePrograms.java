package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The scripts beside this class, and the packages of npm that they need. */
final class NodePrograms {
  private static final Path PACKAGES = Path.of("..", "build", "node", "node_modules");
  private static final long PATIENCE_SECONDS = 100;

  private NodePrograms() {}

  /** Ends the test as not applicable, with the reason, where a package is missing. */
  static void require(final String name) {
    TlsPrograms.require("node");
    Assumptions.assumeTrue(
        Files.isDirectory(PACKAGES.resolve(name)), () -> "there is no " + name + " of npm");
  }

  /** Where Node finds packages. */
  static Map<String, String> environment() {
    return Map.of("NODE_PATH", PACKAGES.toAbsolutePath().normalize().toString());
  }

  /** A script as a file. */
  static String script(final Path folder, final String name) throws IOException {
    final Path file = folder.resolve(name);
    try (InputStream source = NodePrograms.class.getResourceAsStream("peers/" + name)) {
      Files.write(file, source.readAllBytes());
    }
    return file.toString();
  }

  /** Runs a program to its end, which has to be a good one, and returns what it has printed. */
  static String run(final String... command) throws Exception {
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment());
    final Process process = builder.start();
    process.getOutputStream().close();
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}
