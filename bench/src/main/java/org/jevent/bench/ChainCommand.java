package org.jevent.bench;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One contestant of {@code dispatch} or {@code cascade}, in this process. */
@Command(
    name = "chain",
    hidden = true,
    description = "Runs the chain once, on one contestant, in this process.",
    mixinStandardHelpOptions = true)
final class ChainCommand implements Callable<Integer> {
  @Option(names = "--on", required = true, description = "selector, or an engine's name.")
  private String on;

  @Option(names = "-k", defaultValue = "pipe", description = "pipe, tcp or unix.")
  private Chain.Kind kind;

  @Option(names = "-n", defaultValue = "100", description = "Pairs (default: ${DEFAULT-VALUE}).")
  private int pairs;

  @Option(names = "-a", defaultValue = "1", description = "Active (default: ${DEFAULT-VALUE}).")
  private int active;

  @Option(names = "-w", defaultValue = "100", description = "Writes (default: ${DEFAULT-VALUE}).")
  private int writes;

  @Option(names = "-r", defaultValue = "25", description = "Rounds (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "-c", description = "A cascade: one byte through all, watched anew each round.")
  private boolean cascade;

  /** What runs it in a separate process. */
  static List<String> command(final String on, final String binding, final String... shape) {
    final List<String> command =
        Child.java(List.of("-Djevent.binding=" + binding), Main.class.getName(), "chain");
    command.addAll(List.of("--on", on));
    command.addAll(List.of(shape));
    return command;
  }

  @Override
  public Integer call() throws Exception {
    final Chain.Shape shape =
        cascade
            ? Chain.Shape.cascade(kind, pairs, rounds)
            : new Chain.Shape(kind, pairs, active, writes, rounds, false);
    try (Chain chain =
        "selector".equals(on) ? new SelectorChain(shape) : new LibraryChain(shape, on)) {
      System.out.printf(Locale.ROOT, "on=%s ns_per_event=%.1f%n", on, chain.measure());
    }
    return 0;
  }
}
