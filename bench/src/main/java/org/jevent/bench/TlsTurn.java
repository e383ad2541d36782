package org.jevent.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jevent.bench.rivals.TlsRival.Library;

/** A server of TLS takes its turn: one process, all cases, and then idle connections. */
final class TlsTurn implements CostContest.Turn {
  /** The least part of connections that has to resume a session where all should. */
  private static final double NEARLY_ALL = 0.95;

  private final List<String> server;
  private final Library library;
  private final Settings settings;

  /** What all turns have in common. */
  record Settings(Path clients, int seconds, int idle, Set<TlsCase> cases) {}

  /**
   * @param library of a server that {@link AllocationMeter} runs; null: one in C
   */
  TlsTurn(final List<String> server, final Library library, final Settings settings) {
    this.server = server;
    this.library = library;
    this.settings = settings;
  }

  @Override
  public Map<String, Double> take() throws IOException, InterruptedException {
    final Map<String, Double> figures = new HashMap<>();
    try (ServerProcess process = ServerProcess.start(server, Redirect.INHERIT)) {
      for (final TlsCase each : settings.cases) {
        if (library != Library.NONE || each != TlsCase.RESUMED) {
          run(each, process, figures);
        }
      }
      figures.put(TlsCase.IDLE, idle(process));
    }
    return figures;
  }

  private void run(
      final TlsCase each, final ServerProcess process, final Map<String, Double> figures)
      throws IOException, InterruptedException {
    final List<String> options = new ArrayList<>(each.options(settings.seconds, library != null));
    options.addAll(List.of("-p", "" + process.pid()));
    final Map<String, Double> found =
        Child.figures(
            Child.text(new ProcessBuilder(clients(options, process)).redirectErrorStream(true)));
    if (each == TlsCase.RESUMED && found.get("resumed") < NEARLY_ALL) {
      throw new IOException("only " + found.get("resumed") + " of the sessions were resumed");
    }
    figures.put(each.cost(), found.get("cpu_us_per_line"));
    figures.put(each.rate(), found.get("lines_per_second"));
  }

  private List<String> clients(final List<String> options, final ServerProcess process) {
    final List<String> command = new ArrayList<>(List.of(settings.clients.toString()));
    command.addAll(options);
    if (library == Library.NONE) {
      command.add("-n");
    }
    command.add("" + process.port());
    return Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * What the process has more with idle connections than without, for each, in bytes. It is that of
   * a second lot: the first one takes what the process had left over.
   */
  private double idle(final ServerProcess process) throws IOException, InterruptedException {
    final Process first = idleClients(process);
    try {
      final long before = memory(process);
      final Process second = idleClients(process);
      try {
        return Math.max(0.0, (double) (memory(process) - before) / settings.idle);
      } finally {
        end(second);
      }
    } finally {
      end(first);
    }
  }

  /** They keep their connections until they are ended. */
  private Process idleClients(final ServerProcess process)
      throws IOException, InterruptedException {
    final Process clients =
        new ProcessBuilder(clients(List.of("-i", "" + settings.idle), process))
            .redirectErrorStream(true)
            .start();
    final String ready =
        new BufferedReader(new InputStreamReader(clients.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (!"idle".equals(ready)) {
      end(clients);
      throw new IOException("no idle connections, but: " + ready);
    }
    return clients;
  }

  private static void end(final Process clients) throws InterruptedException {
    clients.destroy();
    clients.waitFor();
  }

  /** A JVM grows for many reasons: resident memory counts only where the heap is not all. */
  private long memory(final ServerProcess process) throws IOException {
    if (library == null) {
      return Memory.resident(process.pid());
    }
    final long heap = process.heap();
    return library.isNative() ? heap + Memory.resident(process.pid()) : heap;
  }
}
