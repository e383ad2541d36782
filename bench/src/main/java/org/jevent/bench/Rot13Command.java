package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The ROT13 servers of the examples, under the load of clients in C that check every byte. */
@Command(
    name = "rot13",
    description = {
      "Lines per second of rot13-server in its styles, every answer checked byte for byte.",
      "The server has the first processor, the clients have the last."
    },
    mixinStandardHelpOptions = true)
final class Rot13Command implements Callable<Integer> {
  private static final String SELECT = "select";

  @Option(
      names = "--connections",
      split = ",",
      defaultValue = "64",
      description = "Connections (default: ${DEFAULT-VALUE}).")
  private List<Integer> connections;

  @Option(
      names = "--depths",
      split = ",",
      defaultValue = "1,16",
      description = "Lines under way on each connection (default: ${DEFAULT-VALUE}).")
  private List<Integer> depths;

  @Option(
      names = "--length",
      defaultValue = "64",
      description = "Bytes of a line (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--seconds",
      defaultValue = "2",
      description = "Seconds of a run, after two of warm-up (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    final Path load = Child.inC("load");
    if (load == null) {
      System.err.println("the clients are written in C for Linux, and were not built here");
      return 1;
    }
    System.out.println(Machine.description());
    for (final int count : connections) {
      for (final int depth : depths) {
        final String[] clients = {
          "-c", "" + count, "-d", "" + depth, "-l", "" + length, "-s", "" + seconds, "-w", "2"
        };
        final Contest contest = new Contest();
        enter(contest, SELECT, load, clients, "jna", SELECT);
        enter(contest, "event on epoll", load, clients, "jna", "event", "--engine", "epoll");
        enter(contest, "event on nio", load, clients, "jna", "event", "--engine", "nio");
        enter(contest, "threads", load, clients, "jna", "threads");
        contest.run(rounds);
        contest.print(
            String.format(
                Locale.ROOT, "%d connections x %d lines of %d bytes", count, depth, length),
            "lines per second",
            List.of(SELECT));
      }
    }
    return 0;
  }

  private static void enter(
      final Contest contest,
      final String name,
      final Path load,
      final String[] clients,
      final String binding,
      final String... style) {
    final List<String> arguments =
        new ArrayList<>(List.of("rot13-server", "--port", "0", "--style"));
    arguments.addAll(List.of(style));
    final List<String> server =
        Child.java(
            List.of("-Djevent.binding=" + binding),
            "org.jevent.examples.Main",
            arguments.toArray(String[]::new));
    contest.enter(name, () -> round(server, load, clients));
  }

  private static double round(final List<String> server, final Path load, final String... clients)
      throws IOException, InterruptedException {
    try (ServerProcess process = ServerProcess.start(server, ProcessBuilder.Redirect.INHERIT)) {
      final List<String> command = new ArrayList<>(List.of(load.toString()));
      command.addAll(List.of(clients));
      command.add("" + process.port());
      return Child.figure(
          Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1),
          "lines_per_second");
    }
  }
}
