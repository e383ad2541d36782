package org.jevent.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** What contests of servers have in common: how long, how often, and of whom. */
final class ContestOptions {
  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Seconds of a run (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--only",
      split = ",",
      description = "Only those whose name has one of these words in it.")
  private List<String> only = List.of();

  int seconds() {
    return seconds;
  }

  int rounds() {
    return rounds;
  }

  boolean isWanted(final String name) {
    return only.isEmpty() || only.stream().anyMatch(name::contains);
  }
}
