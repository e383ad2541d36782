package org.jevent.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contestant of {@code dispatch}, in this process. */
@Command(
    name = "chain",
    hidden = true,
    description = "Runs the chain once, on one contestant, in this process.",
    mixinStandardHelpOptions = true)
final class ChainCommand implements Callable<Integer> {
  @Option(names = "--on", required = true, description = "selector, or an engine's name.")
  private String on;

  @Option(names = "-k", defaultValue = "pipe", description = "pipe or tcp.")
  private Chain.Kind kind;

  @Option(names = "-n", defaultValue = "100", description = "Pairs (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(names = "-a", defaultValue = "1", description = "Active (default: ${DEFAULT-VALUE}).")
  private int active;

  @Option(names = "-w", defaultValue = "100", description = "Writes (default: ${DEFAULT-VALUE}).")
  private int writes;

  @Option(names = "-r", defaultValue = "25", description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws Exception {
    final Chain.Shape shape = new Chain.Shape(kind, pairs, active, writes, rounds);
    try (Chain chain =
        "selector".equals(on) ? new SelectorChain(shape) : new LibraryChain(shape, on)) {
      System.out.printf("on=%s ns_per_event=%.1f%n", on, chain.measure());
    }
    return 0;
  }
}
