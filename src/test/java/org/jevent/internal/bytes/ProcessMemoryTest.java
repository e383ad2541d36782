package org.jevent.internal.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the memory of buffers does to a process: after a peak, and while one peer wants it all. */
class ProcessMemoryTest {
  private static final long PEAK = 1024;
  private static final long LEFT = 64;
  private static final int HONEST = 1000;

  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  @Timeout(120)
  void aPeakIsNotKept(final String method) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
    // The heap is all there from the start, so that what it grows by is not taken for buffers.
    final String output =
        run(
            method,
            List.of(
                "-Xms192m",
                "-Xmx192m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=2g"),
            PeakProgram.class,
            PEAK);
    assertThat(output).matches("(?s).*\\d+ \\d+ \\d+");
    final String[] lines = output.split("\n");
    final long[] figures =
        Arrays.stream(lines[lines.length - 1].split(" ")).mapToLong(Long::parseLong).toArray();
    assertThat(figures[1] - figures[0]).as(output).isGreaterThanOrEqualTo(PEAK);
    assertThat(figures[2] - figures[0]).as(output).isLessThanOrEqualTo(LEFT);
  }

  private static String run(
      final String method, final List<String> options, final Class<?> program, final long argument)
      throws Exception {
    assumeTrue(
        EventBase.supportedMethods().stream()
            .anyMatch(each -> each.name().equals(method) && each.usable()),
        method + " is not here");
    final List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    for (final String name : List.of("jevent.library.path", "jevent.binding", "jna.tmpdir")) {
      if (System.getProperty(name) != null) {
        command.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            method,
            String.valueOf(argument)));
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** With the limit that a base has by default, and a program that sets none for its clients. */
  @ParameterizedTest
  @ValueSource(strings = {"epoll", "io_uring", "nio"})
  @Timeout(180)
  void aPeerThatNeverReadsDoesNotStopAThousandOthers(final String method) throws Exception {
    final String output = run(method, List.of("-Xmx128m"), PressureProgram.class, HONEST);
    final String[] figures = output.substring(output.lastIndexOf('\n') + 1).split(" ");
    assertThat(figures).as(output).startsWith(String.valueOf(HONEST), "0");
    assertThat(Integer.parseInt(figures[2])).as(output).isBetween(100, 127);
  }
}
