package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
          + " System calls and allocated bytes come from a short run of their own."
    },
    mixinStandardHelpOptions = true)
final class ServersCommand implements Callable<Integer> {
  /** What the clients need besides their connections. */
  private static final int SPARE_DESCRIPTORS = 1200;

  private static final int SECONDS_COUNTED = 1;

  @Option(
      names = "--cells",
      split = ",",
      description = "1x1x32, 64x1x64, 64x16x64, 1000x1x64, echo, idle, close (default: all).")
  private List<String> cells;

  @Option(
      names = "--contestants",
      split = ",",
      description =
          "epoll-c, uring-c, libevent-c, nio, netty-nio, netty-epoll, netty-uring, jevent-ENGINE"
              + " for all bindings or jevent-ENGINE-BINDING (default: all).")
  private List<String> names;

  @Option(
      names = "--engines",
      split = ",",
      defaultValue = "epoll,nio",
      description = "This library's (default: ${DEFAULT-VALUE}).")
  private List<String> engines;

  @Option(
      names = "--bindings",
      split = ",",
      defaultValue = "jna",
      description = "jna, jni (default: ${DEFAULT-VALUE}).")
  private List<String> bindings;

  @Option(
      names = "--idle",
      defaultValue = "10000",
      description = "Idle connections of the cell idle (default: ${DEFAULT-VALUE}).")
  private int idle;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Seconds of a run (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--warm-up",
      defaultValue = "4",
      description =
          "Seconds before it, three times as many in the cell close; servers in C take one"
              + " (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Spec private CommandSpec spec;

  private LoadClient clients;
  private boolean failed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    final Path load = Child.inC("load");
    if (load == null) {
      System.err.println("the clients are written in C for Linux, and were not built here");
      return 1;
    }
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "there is at least one round");
    }
    clients = new LoadClient(load);
    final List<ServerCell> chosen = chosenCells();
    final List<ServerContestant> entered = chosenContestants();
    System.out.println(Machine.description());
    final List<ServerContestant> turning = present(chosen, entered, "rot13");
    final List<ServerContestant> echoing = present(chosen, entered, "echo");
    for (final ServerCell cell : chosen) {
      contest(cell, cell.mode().equals("echo") ? echoing : turning);
    }
    return failed ? 1 : 0;
  }

  private List<ServerCell> chosenCells() {
    final int most = Math.min(idle, Machine.descriptors(SPARE_DESCRIPTORS));
    if (most < idle) {
      System.out.printf("%d idle connections, as descriptors are limited%n", most);
    }
    final List<ServerCell> all = ServerCell.all(most);
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
    final List<ServerContestant> all = ServerContestant.all(engines, bindings);
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
    return contestant.name.equals(name) || contestant.name.startsWith(name + "-j");
  }

  /** Those that can serve in this mode, if a cell needs it; why the others cannot is printed. */
  private static List<ServerContestant> present(
      final List<ServerCell> chosen, final List<ServerContestant> entered, final String mode)
      throws IOException {
    final List<ServerContestant> present = new ArrayList<>();
    if (chosen.stream().anyMatch(cell -> cell.mode().equals(mode))) {
      for (final ServerContestant contestant : entered) {
        final String obstacle = contestant.obstacle(mode);
        if (obstacle == null) {
          present.add(contestant);
        } else {
          System.out.printf("left out of %s: %s: %s%n", mode, contestant.name, obstacle);
        }
      }
    }
    return present;
  }

  private void contest(final ServerCell cell, final List<ServerContestant> entered)
      throws InterruptedException {
    final ServerResults results = new ServerResults();
    final List<ServerContestant> taking = new ArrayList<>(entered);
    taking.forEach(contestant -> results.enter(contestant.name));
    for (int round = 0; round <= rounds; round++) {
      for (final ServerContestant contestant : List.copyOf(taking)) {
        try {
          takeTurn(cell, contestant, results, round == rounds);
        } catch (final IOException e) {
          System.out.printf("%s fails in %s: %s%n", contestant.name, cell.name(), e.getMessage());
          failed = true;
          taking.remove(contestant);
          results.drop(contestant.name);
        }
      }
    }
    results.print(cell.title());
  }

  private void takeTurn(
      final ServerCell cell,
      final ServerContestant contestant,
      final ServerResults results,
      final boolean counted)
      throws IOException, InterruptedException {
    final List<String> options =
        cell.options(counted ? SECONDS_COUNTED : seconds, contestant.isJvm() ? warmUp : 1);
    try (ServerProcess server =
        ServerProcess.start(contestant.command(cell.mode(), counted), Redirect.INHERIT)) {
      if (counted) {
        final Map<String, Double> figures = clients.count(options, server, contestant.isJvm());
        results.addCounted(contestant.name, figures);
      } else {
        results.add(contestant.name, clients.run(options, server));
      }
    }
  }
}
