package org.jevent.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.MethodInfo;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Events for one time only, each of which makes the next one happen. */
@Command(
    name = "cascade",
    description = {
      "Pairs of Unix sockets: all are watched, each for one event with a time-out of a minute; a"
          + " byte is written to the first, and each event reads it and writes it to the next.",
      "This library on each engine and on NIO, beside events of libevent"
          + " in C, and beside a Selector and an epoll loop by hand, which have no time-outs."
    },
    mixinStandardHelpOptions = true)
final class CascadeCommand implements Callable<Integer> {
  private static final String BARE = "bare epoll";
  private static final String LIBEVENT = "libevent (C)";
  private static final String FIGURE = "ns_per_event";

  /** Those that wait with what they are given, where this machine has them. */
  private static final List<String> ENGINES = List.of("epoll", "io_uring");

  /** What a JVM needs for itself. */
  private static final int SPARE_DESCRIPTORS = 256;

  private static final List<Integer> QUICK_PAIRS = List.of(100, 1000);
  private static final int QUICK_ROUNDS = 3;
  private static final int QUICK_RUNS = 25;

  @Option(names = "--quick", description = "A minute: 100 and 1,000 pairs, three rounds.")
  private boolean quick;

  @Option(
      names = "--pairs",
      split = ",",
      defaultValue = "100,1000,10000",
      description = "How many pairs; no more than descriptors allow (default: ${DEFAULT-VALUE}).")
  private List<Integer> pairs;

  @Option(
      names = "--runs",
      defaultValue = "101",
      description = "Cascades in a process, whose median is taken (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  @Spec private CommandSpec spec;

  private final List<Comparison.Case> cases = new ArrayList<>();
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private boolean failed;

  @Override
  public Integer call() throws Exception {
    json.check();
    if (quick) {
      pairs = given("--pairs") ? pairs : QUICK_PAIRS;
      rounds = given("--rounds") ? rounds : QUICK_ROUNDS;
      runs = given("--runs") ? runs : QUICK_RUNS;
    }
    System.out.println(Machine.description());
    final int max = Machine.descriptors(SPARE_DESCRIPTORS) / 2;
    for (final int count : pairs) {
      if (count > max) {
        System.out.printf(
            Locale.ROOT, "%,d pairs instead of %,d, as descriptors are limited%n", max, count);
      }
      contest(Math.min(count, max));
    }
    json.add(
        new Comparison(
            "cascade",
            "Cascades of events",
            "Watching all pairs of Unix sockets for one event each, and a byte that goes from the"
                + " first to the last: what that costs for each pair. Events of libraries have a"
                + " time-out, which never comes; bare epoll and the selector have none.",
            "ns per event",
            true,
            BARE,
            cases,
            leftOut));
    return failed ? 1 : 0;
  }

  private boolean given(final String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private void contest(final int count) throws InterruptedException {
    final String title = String.format(Locale.ROOT, "%,d pairs", count);
    final CostContest contest = new CostContest(Map.of(FIGURE, title));
    final String[] shape = {"-c", "-k", "unix", "-n", "" + count, "-r", "" + runs};
    enterInC(contest, BARE, "bare_epoll", "the programs in C were not built here", shape);
    enterInC(contest, LIBEVENT, "chain_libevent", "libevent or its headers are not here", shape);
    contest.enter("selector by hand", ChainCommand.command("selector", "jna", shape));
    for (final MethodInfo method : EventBase.supportedMethods()) {
      if (!ENGINES.contains(method.name())) {
        continue;
      }
      if (method.usable()) {
        contest.enter("jevent " + method.name(), ChainCommand.command(method.name(), "jna", shape));
      } else {
        contest.leaveOut("jevent " + method.name(), method.reason());
      }
    }
    contest.enter("jevent nio", ChainCommand.command("nio", "jna", shape));
    CostContest.run(List.of(contest), rounds, title);
    contest.print("ns per event");
    cases.addAll(contest.results());
    leftOut.putAll(contest.leftOut());
    failed |= contest.failed();
  }

  private static void enterInC(
      final CostContest contest,
      final String name,
      final String program,
      final String obstacle,
      final String... shape) {
    final Path built = Child.inC(program);
    if (built == null) {
      contest.leaveOut(name, obstacle);
      return;
    }
    final List<String> command = new ArrayList<>(List.of(built.toString()));
    command.addAll(List.of(shape));
    contest.enter(name, command);
  }
}
