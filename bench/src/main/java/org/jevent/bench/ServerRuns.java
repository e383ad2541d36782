package org.jevent.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** Shorter, where the command line does not say otherwise. */
  void shorten() {
    seconds = given("--seconds") ? seconds : 1;
    warmUp = given("--warm-up") ? warmUp : 1;
  }

  private boolean given(final String option) {
    return command.commandLine().getParseResult().hasMatchedOption(option);
  }

  /** Turns of each contestant, the one that is counted among them. */
  int turns() {
    return rounds + 1;
  }

  /** About how long a turn takes. */
  int secondsOfTurn() {
    return seconds + warmUp + 1;
  }

  Map<String, String> settings() {
    final Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rounds", "" + rounds);
    settings.put("seconds of a run", "" + seconds);
    settings.put("seconds of warm-up (servers in C: 1)", "" + warmUp);
    return settings;
  }

  int rounds() {
    return rounds;
  }

  /** The options of the clients for a cell, whose server runs on a JVM or does not. */
  List<String> options(final ServerCell cell, final boolean jvm) {
    return cell.options(seconds, jvm ? warmUp : 1);
  }

  ServerContest contest() {
    return new ServerContest(clients(true), rounds, seconds, warmUp);
  }

  /**
   * The clients.
   *
   * @param pinned to the last processor
   */
  LoadClient clients(final boolean pinned) {
    final Path load = Child.inC("load");
    if (load == null) {
      throw new ParameterException(
          command.commandLine(), "the clients are written in C for Linux, and were not built here");
    }
    if (rounds < 1) {
      throw new ParameterException(command.commandLine(), "there is at least one round");
    }
    return new LoadClient(load, pinned);
  }
}
