package org.jevent.examples;

import java.security.Provider;
import java.security.Security;
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
    System.out.println("providers of TLS:");
    for (final Provider provider : Security.getProviders()) {
      if (provider.getService("SSLContext", "TLS") != null) {
        System.out.println("  " + provider.getName() + " " + provider.getVersionStr());
      }
    }
    return 0;
  }
}
