package org.jevent.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The servers on this library beside those in C, a selector loop by hand, and Netty. */
@Command(
    name = "servers",
    description = {
      "ROT13 and echo servers: lines per second, response times, processor time, system calls,"
          + " memory.",
      "The server has the first processor, the clients have the last and check every byte. All take"
          + " turns; medians count, and a ratio is the median of the ratios of single rounds."
          + " System calls and allocated bytes come from a separate short run."
    },
    mixinStandardHelpOptions = true)
final class ServersCommand implements Callable<Integer> {
  @Option(
      names = "--cells",
      split = ",",
      description = "1x1x32, 64x1x64, 64x16x64, 1000x1x64, echo, idle, close (default: all).")
  private List<String> cells;

  @Option(
      names = "--contestants",
      split = ",",
      description =
          "epoll-c, epoll-c-idle, uring-c, libevent-c, libuv-c, nio, netty-nio, netty-epoll,"
              + " netty-uring, jevent-ENGINE (default: all).")
  private List<String> names;

  @Option(
      names = "--engines",
      split = ",",
      defaultValue = "epoll,nio",
      description = "This library's (default: ${DEFAULT-VALUE}).")
  private List<String> engines;

  @Option(
      names = "--idle",
      defaultValue = "10000",
      description = "Idle connections of the cell idle (default: ${DEFAULT-VALUE}).")
  private int idle;

  @Mixin private ServerRuns runs;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    final ServerContest contest = runs.contest();
    final List<ServerCell> chosen = chosenCells();
    final List<ServerContestant> entered = chosenContestants();
    System.out.println(Machine.description());
    final List<ServerContestant> turning = present(chosen, entered, "rot13");
    final List<ServerContestant> echoing = present(chosen, entered, "echo");
    for (final ServerCell cell : chosen) {
      final ServerResults results =
          contest.run(cell, cell.mode().equals("echo") ? echoing : turning);
      results.print(cell.title());
    }
    return contest.failed() ? 1 : 0;
  }

  private List<ServerCell> chosenCells() {
    final int max = Math.min(idle, ServerRuns.connections());
    if (max < idle) {
      System.out.printf(Locale.ROOT, "%d idle connections, as descriptors are limited%n", max);
    }
    final List<ServerCell> all = ServerCell.all(max);
    if (cells == null) {
      return all;
    }
    final List<ServerCell> chosen =
        all.stream().filter(cell -> cells.contains(cell.name())).toList();
    if (chosen.size() != cells.size()) {
      throw new ParameterException(spec.commandLine(), "a cell of " + cells + " is unknown");
    }
    return chosen;
  }

  private List<ServerContestant> chosenContestants() {
    final List<ServerContestant> all = Contestants.all(engines);
    if (names == null) {
      return all;
    }
    for (final String name : names) {
      if (all.stream().noneMatch(contestant -> isCalled(contestant, name))) {
        throw new ParameterException(
            spec.commandLine(),
            name + " is none of " + all.stream().map(contestant -> contestant.name).toList());
      }
    }
    return all.stream()
        .filter(contestant -> names.stream().anyMatch(name -> isCalled(contestant, name)))
        .toList();
  }

  private static boolean isCalled(final ServerContestant contestant, final String name) {
    return contestant.name.equals(name);
  }

  private static List<ServerContestant> present(
      final List<ServerCell> chosen, final List<ServerContestant> entered, final String mode)
      throws IOException {
    return chosen.stream().anyMatch(cell -> cell.mode().equals(mode))
        ? ServerContest.present(entered, mode)
        : List.of();
  }
}
