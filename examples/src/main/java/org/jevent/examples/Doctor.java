package org.jevent.examples;

import java.util.concurrent.Callable;
import org.jevent.diagnostics.SystemReport;
import picocli.CommandLine.Command;

/** {@code doctor}: what works here, what does not, and why. */
@Command(
    name = "doctor",
    description = "Prints versions, the platform, and which engines can be used or why not.",
    mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {
  @Override
  public Integer call() {
    System.out.print(SystemReport.report());
    return 0;
  }
}
