package org.jevent.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jevent.internal.engine.EngineCounters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What an iteration costs in crossings and system calls, counted and not timed. */
@Command(
    name = "count",
    description = "Crossings and system calls of the loop, per iteration and per event.",
    mixinStandardHelpOptions = true)
final class CountCommand implements Callable<Integer> {
  @Option(
      names = "--active",
      split = ",",
      defaultValue = "1,16,256",
      description = "How many pipes have something to read (default: ${DEFAULT-VALUE}).")
  private List<Integer> active;

  @Option(
      names = "--writes",
      defaultValue = "100000",
      description = "Bytes passed on (default: ${DEFAULT-VALUE}).")
  private int writes;

  @Override
  public Integer call() throws IOException {
    System.out.println(Machine.description());
    System.out.printf(
        Locale.ROOT,
        "%n%8s %10s %12s %12s %12s %18s %18s%n",
        "active",
        "events",
        "iterations",
        "crossings",
        "waits",
        "crossings/iteration",
        "syscalls/iteration");
    for (final int busy : active) {
      final Chain.Shape shape =
          new Chain.Shape(Chain.Kind.PIPE, Math.max(busy, 256), busy, writes, 1, false);
      try (LibraryChain chain = new LibraryChain(shape, "epoll")) {
        chain.measure();
        chain.countIterations();
        final EngineCounters before = chain.counters();
        final long events = chain.round();
        final EngineCounters after = chain.counters();
        final long iterations = chain.iterations();
        final long crossings = after.crossings() - before.crossings();
        System.out.printf(
            Locale.ROOT,
            "%8d %10d %12d %12d %12d %18.3f %18.3f%n",
            busy,
            events,
            iterations,
            crossings,
            after.waits() - before.waits(),
            (double) crossings / iterations,
            (double) (after.syscalls() - before.syscalls()) / iterations);
      }
    }
    return 0;
  }
}
