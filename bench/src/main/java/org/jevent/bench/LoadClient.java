package org.jevent.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The load generator in C. It checks every byte that comes back. */
final class LoadClient {
  private static final Moments UNSEEN =
      new Moments() {
        @Override
        public void begin() {}

        @Override
        public void end() {}
      };

  private final Path program;
  private final boolean pinned;

  /**
   * @param pinned to the last processor
   */
  LoadClient(final Path program, final boolean pinned) {
    this.program = program;
    this.pinned = pinned;
  }

  /** All figures of one run against the server. */
  Map<String, Double> run(final List<String> options, final ServerProcess server)
      throws IOException, InterruptedException {
    // It speaks of errors only when it fails, and then that is the reason.
    return Child.figures(
        Child.text(new ProcessBuilder(command(options, server)).redirectErrorStream(true)));
  }

  /** Notified when the time that counts begins and ends. */
  interface Moments {
    void begin() throws IOException;

    void end() throws IOException;
  }

  /** A run whose time can be seen from outside. */
  Map<String, Double> run(
      final List<String> options, final ServerProcess server, final Moments moments)
      throws IOException, InterruptedException {
    final List<String> more = new ArrayList<>(options);
    more.add("-b");
    final List<String> command = command(more, server);
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      final String first = out.readLine();
      final boolean begun = "begin".equals(first);
      if (begun) {
        moments.begin();
      }
      final String line = begun ? out.readLine() : first;
      if (begun && line != null) {
        moments.end();
      }
      process.getOutputStream().close(); // until then the clients keep their connections
      final int status = process.waitFor();
      if (!begun || status != 0) {
        throw new IOException(
            Child.shown(command) + " ended with " + status + " and printed: " + line);
      }
      return new HashMap<>(Child.figures(line));
    } finally {
      process.destroy();
    }
  }

  /**
   * A run in which system calls are counted, which slows the server down, and if {@code allocated}
   * what it allocates.
   */
  Map<String, Double> count(
      final List<String> options, final ServerProcess server, final boolean allocated)
      throws IOException, InterruptedException {
    final List<String> more = new ArrayList<>(options);
    more.add("-S");
    final Allocations allocations = new Allocations(server);
    final Map<String, Double> figures = run(more, server, allocated ? allocations : UNSEEN);
    if (allocated) {
      allocations.addTo(figures);
    }
    return figures;
  }

  private List<String> command(final List<String> options, final ServerProcess server) {
    final List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(options);
    command.addAll(List.of("-p", "" + server.pid(), "" + server.port()));
    return pinned
        ? Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1)
        : command;
  }
}
