package org.jevent.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a second loop is worth. */
@Command(
    name = "scaling",
    description = {
      "Echo servers on one loop and on two, each loop in a separate thread; the first accepts and"
          + " gives connections to both in turn. This library on its engines, Netty's transports,"
          + " NIO by hand.",
      "Neither servers nor clients are pinned. The clients are one thread and need a processor,"
          + " too: where there are two, a second loop can only use what a server and its clients"
          + " leave with one, so how many processors both use is printed beside the ratio. With"
          + " --work a line costs the server computation besides its answer: there is something"
          + " left."
    },
    mixinStandardHelpOptions = true)
final class ScalingCommand implements Callable<Integer> {
  private static final String REFERENCE = "NIO by hand";

  @Option(
      names = "--quick",
      description =
          "Two minutes: runs of a second, the default engine, NIO by hand and Netty's epoll.")
  private boolean quick;

  @Option(
      names = "--work",
      paramLabel = "TIMES",
      split = ",",
      defaultValue = "0,64",
      description =
          "How often a server computes the CRC-32 of 16 KiB for each line (default:"
              + " ${DEFAULT-VALUE}).")
  private List<Integer> work;

  @Option(
      names = "--connections",
      defaultValue = "64",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Mixin private ServerRuns runs;
  @Mixin private AddOption json;

  private final Map<String, CostContest> contests = new LinkedHashMap<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    json.check();
    if (quick) {
      runs.shorten();
    }
    final LoadClient clients = runs.clients(false);
    System.out.println(Machine.description());
    enter(clients, new ServerCell("scaling", "echo", connections, 1, 64, 0, false));
    CostContest.run(contests.values(), runs.rounds(), "scaling");
    contests.forEach(
        (title, contest) -> {
          contest.print(title);
          contest.leftOut().forEach((name, why) -> leftOut.put(name + ", " + title, why));
        });
    json.add(
        comparison(
            "scaling-rate",
            "Echo on one loop and on two",
            "Lines that came back.",
            "lines/s",
            false,
            "rate1",
            "rate2"),
        comparison(
            "scaling-ratio",
            "What a second loop is worth",
            "Lines a second on two loops to those on one, in the same round.",
            "times one loop",
            false,
            "ratio"),
        comparison(
            "scaling-busy",
            "Processors in use",
            "By the server and the clients together: when all are, more loops cannot help.",
            "processors",
            false,
            "busy1",
            "busy2"),
        comparison(
            "scaling-cpu",
            "What a second loop costs",
            "Processor time of the server for a line.",
            "us",
            true,
            "cpu1",
            "cpu2"));
    return contests.values().stream().anyMatch(CostContest::failed) ? 1 : 0;
  }

  private void enter(final LoadClient clients, final ServerCell cell) throws IOException {
    final Map<String, String> columns = new LinkedHashMap<>();
    columns.put("rate1", "1 loop, lines/s");
    columns.put("rate2", "2 loops, lines/s");
    columns.put("ratio", "2 / 1");
    columns.put("busy1", "1 loop, busy");
    columns.put("busy2", "2 loops, busy");
    columns.put("cpu1", "1 loop, CPU us");
    columns.put("cpu2", "2 loops, CPU us");
    final List<ServerContestant.OnJvm> servers =
        Contestants.present(Contestants.onLoops(quick), cell.mode(), leftOut);
    for (final int times : work) {
      final CostContest contest = new CostContest(columns);
      for (final ServerContestant.OnJvm server : servers) {
        contest.enter(
            server.label(), new ScalingTurn(clients, runs.options(cell, true), server, times));
      }
      contests.put(
          times == 0 ? "echo" : String.format(Locale.ROOT, "echo + %d x CRC", times), contest);
    }
  }

  private Comparison comparison(
      final String name,
      final String title,
      final String meaning,
      final String unit,
      final boolean lessIsBetter,
      final String... keys) {
    final List<Comparison.Case> cases = new ArrayList<>();
    contests.forEach(
        (load, contest) -> {
          for (final String key : keys) {
            cases.add(contest.result(key, load + ", " + column(key)));
          }
        });
    return new Comparison(name, title, meaning, unit, lessIsBetter, REFERENCE, cases, leftOut);
  }

  private static String column(final String key) {
    return key.equals("ratio") ? "2 / 1" : key.endsWith("1") ? "1 loop" : "2 loops";
  }
}
