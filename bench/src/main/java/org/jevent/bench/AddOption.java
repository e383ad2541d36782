package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Report;
import org.jevent.bench.report.Results;
import org.jevent.bench.report.ResultsFile;
import picocli.CommandLine.Option;

/** Puts figures into a file of results, beside those of other benchmarks on this machine. */
final class AddOption {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Add the figures to this file of results, and write its report again.")
  private Path json;

  /** Before anything is measured: the figures may go there. */
  void check() throws IOException, InterruptedException {
    if (json != null && Files.exists(json)) {
      ResultsFile.fitting(begin(), json);
    }
  }

  private static Results begin() throws IOException, InterruptedException {
    final String begun = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return Results.of(begun, Machine.details(), Map.of());
  }

  void add(final Comparison... comparisons) throws IOException, InterruptedException {
    if (json == null) {
      return;
    }
    final Results results = begin();
    results.comparisons().addAll(List.of(comparisons));
    ResultsFile.add(results, json);
    Report.writeBeside(json).forEach(file -> System.out.println("written: " + file));
  }
}
