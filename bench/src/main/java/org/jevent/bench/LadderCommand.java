package org.jevent.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Cell;
import org.jevent.bench.report.Contestant;
import org.jevent.bench.report.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Every way to serve, from a thread for each connection to the limit, in one run. */
@Command(
    name = "ladder",
    description = {
      "Every way to serve, in one run on one machine: the styles of the book's first chapter, this"
          + " library's engines, other event libraries, and the limit in C.",
      "One cell in the middle ("
          + LadderCells.CENTRE
          + ": connections x lines in flight x bytes),"
          + " and from there along each axis. All take turns; a report with plots is written.",
      "The server has the first processor, the clients have the last and check every byte."
    },
    mixinStandardHelpOptions = true)
final class LadderCommand implements Callable<Integer> {
  @Option(
      names = "--quick",
      description = "Two minutes: this library's default engine beside NIO by hand, four cells.")
  private boolean quick;

  @Option(
      names = "--contestants",
      split = ",",
      description = "Only these, by the names that --list prints.")
  private List<String> names;

  @Option(names = "--list", description = "Print who can take part, and who cannot and why.")
  private boolean list;

  @Mixin private LadderCells cells;
  @Mixin private ServerRuns runs;
  @Mixin private ReportOptions report;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (quick) {
      runs.shorten();
    }
    final ServerContest contest = runs.contest();
    final List<ServerContestant> entered = entered();
    final List<Contestant> tried = tried(entered);
    if (list) {
      return 0;
    }
    final List<ServerContestant> present = present(entered, tried);
    final int max = ServerRuns.connections();
    final List<LadderCells.Place> places = quick ? LadderCells.quick(max) : cells.all(max);
    System.out.println(Machine.description());
    final Results results = begin(tried);
    final int turns = places.size() * present.size() * runs.turns();
    System.out.printf(
        Locale.ROOT,
        "%d cells, %d contestants, %d turns each: about %d minutes%n",
        places.size(),
        present.size(),
        runs.turns(),
        1 + turns * runs.secondsOfTurn() / 60);
    try (Progress progress = Progress.of("ladder", turns)) {
      contest.show(progress);
      for (final LadderCells.Place place : places) {
        final Map<String, Cell.Runs> found = contest.run(place.cell(), present).runs();
        results
            .cells()
            .add(new Cell(place.cell().name(), place.cell().title(), place.axes(), found));
        // What there is survives whatever ends the run early.
        report.keep(results);
      }
    }
    report.write(results);
    return contest.failed() ? 1 : 0;
  }

  private Results begin(final List<Contestant> tried) throws IOException, InterruptedException {
    final Map<String, String> settings = runs.settings();
    settings.put("load of the machine before", Machine.load());
    settings.put("default", Contestants.defaultName());
    settings.put("reference", quick ? Contestants.BY_HAND : Contestants.REFERENCE);
    settings.put("by hand", Contestants.BY_HAND);
    final Results results =
        Results.of(
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Machine.details(), settings);
    results.contestants().addAll(tried);
    return results;
  }

  private List<ServerContestant> entered() {
    final List<ServerContestant> all = quick ? Contestants.quick() : Contestants.ladder();
    if (names == null) {
      return all;
    }
    final List<String> known = all.stream().map(contestant -> contestant.name).toList();
    if (!known.containsAll(names)) {
      throw new ParameterException(spec.commandLine(), names + " is not within " + known);
    }
    return all.stream().filter(contestant -> names.contains(contestant.name)).toList();
  }

  private static List<Contestant> tried(final List<ServerContestant> entered) throws IOException {
    final List<Contestant> tried = new ArrayList<>();
    for (final ServerContestant contestant : entered) {
      final Contestant found = contestant.tried("rot13");
      System.out.printf(
          Locale.ROOT,
          "%-20s %s%n",
          found.name(),
          found.tookPart()
              ? found.label() + ": " + found.engine()
              : "is left out: " + found.obstacle());
      tried.add(found);
    }
    return tried;
  }

  private static List<ServerContestant> present(
      final List<ServerContestant> entered, final List<Contestant> tried) {
    final List<ServerContestant> present = new ArrayList<>();
    for (int i = 0; i < tried.size(); i++) {
      if (tried.get(i).tookPart()) {
        present.add(entered.get(i));
      }
    }
    return present;
  }
}
