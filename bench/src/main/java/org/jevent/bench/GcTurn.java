package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One server on a JVM with a small heap and one collector, under load once. */
final class GcTurn implements CostContest.Turn {
  private final LoadClient clients;
  private final List<String> load;
  private final ServerContestant.OnJvm server;
  private final List<String> heap;

  /**
   * @param load options of the clients
   * @param heap options of the server's JVM
   */
  GcTurn(
      final LoadClient clients,
      final List<String> load,
      final ServerContestant.OnJvm server,
      final List<String> heap) {
    this.clients = clients;
    this.load = load;
    this.server = server;
    this.heap = heap;
  }

  @Override
  public Map<String, Double> take() throws IOException, InterruptedException {
    final Path log = Files.createTempFile("jevent-bench", ".gc");
    final Path errors = Files.createTempFile("jevent-bench", ".txt");
    try {
      final Map<String, Double> figures = run(log, errors);
      final String reason = outOfMemory(errors);
      if (reason != null) { // and it went on without something
        throw new IOException(reason);
      }
      return figures;
    } catch (final IOException e) {
      final String reason = outOfMemory(errors);
      throw reason == null ? e : new IOException(reason, e);
    } finally {
      Files.delete(log);
      Files.delete(errors);
    }
  }

  private Map<String, Double> run(final Path log, final Path errors)
      throws IOException, InterruptedException {
    final List<String> command = server.with(heap).with(options(log)).command("echo", true);
    try (ServerProcess process = ServerProcess.start(command, Redirect.to(errors.toFile()))) {
      final Watch watch = new Watch(process);
      final Map<String, Double> figures = clients.run(load, process, watch);
      watch.addTo(figures);
      final GcLog ever = GcLog.read(log).between(0, watch.ended);
      final GcLog seen = ever.between(watch.began, watch.ended);
      figures.put("collections", (double) seen.collections());
      figures.put("paused_ms", seen.totalMillis());
      figures.put("longest_ms", seen.longestMillis());
      figures.put("collections_ever", (double) ever.collections());
      figures.put("longest_ever_ms", ever.longestMillis());
      return figures;
    }
  }

  /** A server that is out of memory ends, and says so where it says everything that is wrong. */
  private static List<String> options(final Path log) {
    return List.of(
        GcLog.option(log), "-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr");
  }

  private static String outOfMemory(final Path errors) throws IOException {
    return Files.readAllLines(errors).stream()
        .filter(
            line -> line.contains("OutOfMemoryError") || line.contains("OutOfDirectMemoryError"))
        .findFirst()
        .map(String::trim)
        .orElse(null);
  }

  /** Notes the time that counts, by the clock that the log has. */
  private static final class Watch extends Allocations {
    private long began;
    private long ended;

    private Watch(final ServerProcess process) {
      super(process);
    }

    @Override
    public void begin() throws IOException {
      super.begin();
      began = System.currentTimeMillis();
    }

    @Override
    public void end() throws IOException {
      ended = System.currentTimeMillis();
      super.end();
    }
  }
}
