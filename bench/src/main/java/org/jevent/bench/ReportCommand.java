package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The report once more. */
@Command(
    name = "report",
    description = "Writes the report (.html) and the tables (.md) of a file of results (.json).",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE.json", description = "What a benchmark wrote with --json.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    Report.writeBeside(json).forEach(file -> System.out.println("written: " + file));
    return 0;
  }
}
