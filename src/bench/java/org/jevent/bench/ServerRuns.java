package org.jevent.bench;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that all contests of servers have. */
final class ServerRuns {
  /** What the clients need besides their connections. */
  private static final int SPARE_DESCRIPTORS = 1200;

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

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** As many connections as the clients may have. */
  static int connections() {
    return Machine.descriptors(SPARE_DESCRIPTORS);
  }

  ServerContest contest() {
    final Path load = Child.inC("load");
    if (load == null) {
      throw new ParameterException(
          command.commandLine(), "the clients are written in C for Linux, and were not built here");
    }
    if (rounds < 1) {
      throw new ParameterException(command.commandLine(), "there is at least one round");
    }
    return new ServerContest(new LoadClient(load), rounds, seconds, warmUp);
  }
}
