package org.jevent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the programs that speak HTTP say when something is wrong, and that they say it. */
@Timeout(180)
class WebProgramFaultsTest {
  @TempDir private Path folder;

  private static Program files(final Path root) throws Exception {
    return Program.server("http-server", "--root", root.toString(), "--port", "0");
  }

  private static String url(final Program server) {
    return "http://127.0.0.1:" + server.port();
  }

  private static void assertOneLine(final String errors, final String begin) {
    assertThat(errors.lines()).as(errors).hasSize(1);
    assertThat(errors).startsWith(begin);
  }

  @Test
  void whatCannotBeFetchedIsSaidInALine() throws Exception {
    try (Program server = files(folder)) {
      final List<List<String>> wrong =
          List.of(
              List.of("--engine", "nope", url(server)),
              List.of("--send", folder.resolve("none").toString(), url(server)),
              List.of("--output", folder.resolve("none/x").toString(), url(server)),
              List.of("--header", "Connection: close", url(server)),
              List.of("ftp://127.0.0.1/"));
      for (final List<String> each : wrong) {
        final List<String> all = new ArrayList<>(List.of("http-fetch"));
        all.addAll(each);
        try (Program client = Program.start(all.toArray(new String[0]))) {
          assertThat(client.exit()).as("" + each).isEqualTo(1);
          assertOneLine(client.errors(), "http-fetch: ");
        }
      }
    }
  }

  /** A full disk is no success. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "has /dev/full")
  void outputThatIsNotTakenIsAnError() throws Exception {
    Files.write(folder.resolve("content"), new byte[1 << 20]);
    try (Program server = files(folder)) {
      final String port = String.valueOf(server.port());
      final String place = url(server) + "/content";
      final List<String[]> calls =
          List.of(
              new String[] {"http-fetch", place},
              new String[] {"http-fetch", "--include", url(server) + "/none"},
              new String[] {"http-fetch", "--output", "/dev/full", place},
              new String[] {"http-get", "127.0.0.1", port, "/content"},
              new String[] {"http-get", "--happy-eyeballs", "127.0.0.1", port, "/content"});
      for (final String[] each : calls) {
        final String as = String.join(" ", each);
        final Path errors = folder.resolve("errors");
        final Process process =
            new ProcessBuilder(Program.command(each))
                .redirectOutput(new File("/dev/full"))
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(as).isTrue();
        assertThat(process.exitValue()).as(as).isEqualTo(1);
        assertThat(Files.readString(errors))
            .as(as)
            .contains(each[0] + ": ")
            .doesNotContain("\tat ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/base", "/base/", "?a=b", "/#a"})
  void aProxyPassesOnToAServerAndToNoPath(final String behind) throws Exception {
    final String to = "http://127.0.0.1:1" + behind;
    try (Program program = Program.start("http-proxy", "--to", to, "--port", "0")) {
      assertThat(program.exit()).isEqualTo(2);
      assertThat(program.errors()).contains(to, "path");
    }
  }
}
