package org.jevent.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** This library's events beside a selector's and bare epoll's. */
@Command(
    name = "dispatch",
    description = {
      "A chain of pipes or TCP connections: each event reads a byte and writes one on.",
      "This library on epoll and on NIO, beside a Selector by hand, events of libevent in C and a"
          + " bare epoll loop in C, alone and beside a thread that sleeps, as every JVM has."
    },
    mixinStandardHelpOptions = true)
final class DispatchCommand implements Callable<Integer> {
  private static final String BARE = "bare epoll";

  /** What a JVM needs for itself. */
  private static final int SPARE_DESCRIPTORS = 256;

  private static final String SELECTOR = "selector";

  @Option(
      names = "--kinds",
      split = ",",
      defaultValue = "pipe,tcp",
      description = "What the pairs are: pipe, tcp, unix (default: ${DEFAULT-VALUE}).")
  private List<Chain.Kind> kinds;

  @Option(
      names = "--pairs",
      split = ",",
      defaultValue = "100,1000,10000",
      description = "How many pairs (default: ${DEFAULT-VALUE}).")
  private List<Integer> pairs;

  @Option(
      names = "--active",
      split = ",",
      defaultValue = "1,100",
      description = "How many have something to read at a time (default: ${DEFAULT-VALUE}).")
  private List<Integer> active;

  @Option(
      names = "--writes",
      defaultValue = "20000",
      description = "Bytes passed on in a run (default: ${DEFAULT-VALUE}).")
  private int writes;

  @Option(
      names = "--runs",
      defaultValue = "15",
      description = "Runs in a process, whose median is taken (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  private final List<Comparison.Case> cases = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    final int max = Machine.descriptors(SPARE_DESCRIPTORS) / 2;
    for (final Chain.Kind kind : kinds) {
      for (final int count : pairs) {
        for (final int busy : active) {
          contest(kind, Math.min(count, max), busy);
        }
      }
    }
    json.add(
        new Comparison(
            "dispatch",
            "Dispatch of events",
            "What an event costs that reads one byte and writes one to the next of a chain.",
            "ns per event",
            true,
            BARE,
            cases,
            Child.inC("chain_libevent") == null
                ? Map.of("libevent (C)", "libevent or its headers are not here")
                : Map.of()));
    return 0;
  }

  private void contest(final Chain.Kind kind, final int count, final int busy) throws Exception {
    final String[] shape = {
      "-k", text(kind), "-n", "" + count, "-a", "" + busy, "-w", "" + writes, "-r", "" + runs
    };
    final Contest contest = new Contest();
    final List<String> references = new ArrayList<>();
    final Path bare = Child.inC("bare_epoll");
    if (bare != null) {
      enter(contest, BARE, inC(bare, shape));
      enter(contest, BARE + ", idle thread", inC(bare, with(shape, "-t")));
      references.add(BARE);
    }
    final Path libevent = Child.inC("chain_libevent");
    if (libevent != null) {
      enter(contest, "libevent (C)", inC(libevent, shape));
    }
    enter(contest, SELECTOR, ChainCommand.command(SELECTOR, "jna", shape));
    references.add(SELECTOR);
    if (bare != null) {
      enter(contest, "jevent epoll", ChainCommand.command("epoll", "jna", shape));
    }
    enter(contest, "jevent nio", ChainCommand.command("nio", "jna", shape));
    contest.run(rounds);
    final String title =
        String.format(Locale.ROOT, "%d pairs (%s), %d active", count, text(kind), busy);
    contest.print(title, "ns per event", references);
    cases.add(contest.toCase(title));
  }

  private static String text(final Chain.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static void enter(final Contest contest, final String name, final List<String> command) {
    contest.enter(name, () -> Child.figure(command, "ns_per_event"));
  }

  private static String[] with(final String[] shape, final String option) {
    final String[] more = Arrays.copyOf(shape, shape.length + 1);
    more[shape.length] = option;
    return more;
  }

  private static List<String> inC(final Path program, final String... shape) {
    final List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(shape));
    return command;
  }
}
