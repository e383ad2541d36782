package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One server on one loop and on two, under the same load, on no processor in particular. */
final class ScalingTurn implements CostContest.Turn {
  private static final String RATE = "lines_per_second";
  private static final String TIME = "cpu_us_per_line";

  private final LoadClient clients;
  private final List<String> load;
  private final ServerContestant.OnJvm server;
  private final int work;
  private boolean twoFirst;

  /**
   * @param load options of the clients
   * @param work of the server for each line
   */
  ScalingTurn(
      final LoadClient clients,
      final List<String> load,
      final ServerContestant.OnJvm server,
      final int work) {
    this.clients = clients;
    this.load = load;
    this.server = server;
    this.work = work;
  }

  @Override
  public Map<String, Double> take() throws IOException, InterruptedException {
    twoFirst = !twoFirst;
    final Map<String, Double> first = run(twoFirst ? 2 : 1);
    final Map<String, Double> second = run(twoFirst ? 1 : 2);
    return compared(twoFirst ? second : first, twoFirst ? first : second);
  }

  private Map<String, Double> run(final int loops) throws IOException, InterruptedException {
    final List<String> command = server.command("echo", false);
    command.addAll(List.of("--loops", "" + loops, "--work", "" + work));
    try (ServerProcess process = ServerProcess.startFree(command, Redirect.INHERIT)) {
      return clients.run(load, process);
    }
  }

  /** What is printed of both: of one loop, of two, and what the second is worth. */
  private static Map<String, Double> compared(
      final Map<String, Double> one, final Map<String, Double> two) {
    final Map<String, Double> figures = new HashMap<>();
    figures.put("rate1", one.get(RATE));
    figures.put("rate2", two.get(RATE));
    figures.put("cpu1", one.get(TIME));
    figures.put("cpu2", two.get(TIME));
    figures.put("ratio", two.get(RATE) / one.get(RATE));
    figures.put("busy1", busy(one));
    figures.put("busy2", busy(two));
    return figures;
  }

  /** Processors that the server and the clients used. */
  private static double busy(final Map<String, Double> figures) {
    return figures.get("server_busy") + figures.get("load_busy");
  }
}
