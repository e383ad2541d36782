package org.jevent.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Starts a program by its name. */
@Command(
    name = "scripts/run",
    description = "Programs that show the library.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "PROGRAM",
    subcommands = {
      Demo.class,
      Doctor.class,
      HttpGet.class,
      ServerCommand.class,
      EchoCommand.class,
      ProxyCommand.class,
      ChatCommand.class,
      FileCommand.class,
      UdpEchoCommand.class,
      DnsLookup.class,
      DnsServerCommand.class,
      ClientCommand.class,
      CertificateCommand.class,
      WebServerCommand.class,
      WebProxyCommand.class,
      WebFetch.class,
      WebSocketEchoCommand.class,
      WebSocketClientCommand.class
    })
public final class Main {
  private Main() {}

  /** Ends the process with 0, with 1 when the program failed, with 2 when it was called wrongly. */
  public static void main(final String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
