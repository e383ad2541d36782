package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.jevent.bench.report.Report;
import org.jevent.bench.report.Results;
import org.jevent.bench.report.ResultsFile;
import picocli.CommandLine.Option;

/** Where results go. */
final class ReportOptions {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      defaultValue = "build/ladder/results.json",
      description =
          "Every figure; the report and the tables stand beside it, as .html and .md (default:"
              + " ${DEFAULT-VALUE}).")
  private Path json;

  /** Until everything is there. */
  void keep(final Results results) throws IOException {
    ResultsFile.write(results, json);
  }

  void write(final Results results) throws IOException {
    keep(results);
    say();
  }

  /** To what is there already of this machine. */
  void add(final Results results) throws IOException {
    ResultsFile.add(results, json);
    say();
  }

  private void say() throws IOException {
    System.out.println("written: " + json);
    Report.writeBeside(json).forEach(file -> System.out.println("written: " + file));
  }
}
