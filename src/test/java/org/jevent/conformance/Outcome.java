package org.jevent.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How a main class of the tests ended in a separate JVM, and the lines that it printed. */
record Outcome(int exit, List<String> said) {
  static Outcome of(final Class<?> main, final String... arguments) throws Exception {
    return of(List.of(), Map.of(), main, arguments);
  }

  /**
   * @param starter the beginning of the command line that starts the JVM
   * @param environment variables that it gets beside those of this JVM
   */
  static Outcome of(
      final List<String> starter,
      final Map<String, String> environment,
      final Class<?> main,
      final String... arguments)
      throws IOException, InterruptedException {
    final List<String> command = new ArrayList<>(starter);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.addAll(Peer.settings());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    final Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream said = process.getInputStream()) {
      final String output = new String(said.readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.waitFor(), output.lines().toList());
    } finally {
      process.destroyForcibly();
    }
  }
}
