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

/** The load generator in C, on the last processor. It checks every byte that comes back. */
final class LoadClient {
  private final Path program;

  LoadClient(final Path program) {
    this.program = program;
  }

  /** All figures of one run against the server. */
  Map<String, Double> run(final List<String> options, final ServerProcess server)
      throws IOException, InterruptedException {
    // It speaks of errors only when it fails, and then that is the reason.
    return Child.figures(
        Child.text(new ProcessBuilder(command(options, server)).redirectErrorStream(true)));
  }

  /**
   * A run in which system calls are counted, which slows the server down, and if {@code allocated}
   * what it allocates.
   */
  Map<String, Double> count(
      final List<String> options, final ServerProcess server, final boolean allocated)
      throws IOException, InterruptedException {
    final List<String> more = new ArrayList<>(options);
    more.addAll(List.of("-S", "-b"));
    final List<String> command = command(more, server);
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      final String first = out.readLine();
      final boolean begun = "begin".equals(first);
      final long before = begun && allocated ? server.allocated() : 0;
      final String line = begun ? out.readLine() : first;
      // At once: what the end of the clients makes the server do is not part of it.
      final long after = begun && allocated && line != null ? server.allocated() : -1;
      final int status = process.waitFor();
      if (!begun || status != 0) {
        throw new IOException(command + " ended with " + status + " and printed: " + line);
      }
      final Map<String, Double> figures = new HashMap<>(Child.figures(line));
      final double bytes = after - before;
      if (allocated
          && bytes
              >= 0) { // else a thread has ended, and what it had allocated is not known any more
        figures.put("allocated_per_line", bytes / figures.get("lines"));
      }
      return figures;
    }
  }

  private List<String> command(final List<String> options, final ServerProcess server) {
    final List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(options);
    command.addAll(List.of("-p", "" + server.pid(), "" + server.port()));
    return Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1);
  }
}
