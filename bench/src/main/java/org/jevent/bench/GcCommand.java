package org.jevent.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What collecting garbage does to servers whose heap is small. */
@Command(
    name = "gc",
    description = {
      "Echo servers with a heap of 64 MB and 10,000 busy connections: lines a second, response"
          + " times, collections and how long they made the server stand still, bytes allocated.",
      "This library on epoll, io_uring and NIO, beside NIO by hand and"
          + " Netty's transports; each on the collectors Serial, G1 and ZGC. All take turns. Pauses"
          + " are those that the JVM's log shows for the time that counts."
    },
    mixinStandardHelpOptions = true)
final class GcCommand implements Callable<Integer> {
  private static final int LENGTH = 64;

  @Option(
      names = "--quick",
      description =
          "Two minutes: runs of a second, the default engine, NIO by hand and Netty's epoll.")
  private boolean quick;

  @Option(
      names = "--connections",
      defaultValue = "10000",
      description = "How many; no more than descriptors allow (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "64",
      description = "The most that the heap may have (default: ${DEFAULT-VALUE}).")
  private int heap;

  @Option(
      names = "--collectors",
      split = ",",
      defaultValue = "serial,g1,zgc",
      description = "Which (default: ${DEFAULT-VALUE}).")
  private List<Collector> collectors;

  @Mixin private ServerRuns runs;
  @Mixin private AddOption json;

  private final Map<Collector, CostContest> contests = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    json.check();
    if (quick) {
      runs.shorten();
    }
    final LoadClient clients = runs.clients(true);
    System.out.println(Machine.description());
    final int max = Math.min(connections, ServerRuns.connections());
    if (max < connections) {
      System.out.printf(
          Locale.ROOT,
          "%,d connections instead of %,d, as descriptors are limited%n",
          max,
          connections);
    }
    enter(clients, new ServerCell("gc", "echo", max, 1, LENGTH, 0, false));
    CostContest.run(contests.values(), runs.rounds(), "gc");
    contests.forEach(
        (collector, contest) -> {
          contest.print(collector.text + ", " + heap + " MB");
          contest.leftOut().forEach((name, why) -> leftOut.put(name + ", " + collector.text, why));
        });
    final GcTables tables =
        new GcTables(String.format(Locale.ROOT, "%,d connections, %d MB of heap", max, heap));
    json.add(tables.of(contests, leftOut));
    return contests.values().stream().anyMatch(CostContest::failed) ? 1 : 0;
  }

  /** Every server with every collector that this JVM has. */
  private void enter(final LoadClient clients, final ServerCell cell)
      throws IOException, InterruptedException {
    final List<ServerContestant.OnJvm> servers =
        Contestants.present(
            quick ? Contestants.quickOnJvm() : Contestants.onJvm(), cell.mode(), leftOut);
    for (final Collector collector : collectors) {
      final String obstacle = collector.obstacle(heap);
      if (obstacle != null) {
        leftOut.put(collector.text, obstacle);
        System.out.printf(Locale.ROOT, "left out: %s: %s%n", collector.text, obstacle);
        continue;
      }
      final CostContest contest = new CostContest(GcTables.COLUMNS);
      for (final ServerContestant.OnJvm server : servers) {
        contest.enter(
            server.label(),
            new GcTurn(clients, runs.options(cell, true), server, collector.options(heap)));
      }
      contests.put(collector, contest);
    }
  }
}
