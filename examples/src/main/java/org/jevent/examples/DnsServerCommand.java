package org.jevent.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jevent.dns.DnsHandler;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsZone;
import org.jevent.dns.ZoneFile;
import org.jevent.dns.message.DnsName;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dns-server}: a name server for one zone. */
@Command(
    name = "dns-server",
    description = "Answers questions about one zone, by UDP and TCP.",
    mixinStandardHelpOptions = true)
final class DnsServerCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Option(
      names = "--zone",
      paramLabel = "FILE",
      required = true,
      description = "a zone file, whose name without its end is the zone's")
  private Path file;

  @Override
  public Integer call() {
    try {
      final String name = file.getFileName().toString().replaceFirst("\\.(zone|db|txt)$", "");
      final DnsZone zone = ZoneFile.parse(Files.readString(file), DnsName.parse(name));
      return Serving.run("dns-server", () -> new Answering(zone, options.engine), "dns", options);
    } catch (final IOException | IllegalArgumentException e) {
      System.err.println("dns-server: " + file + ": " + e.getMessage());
      return 1;
    }
  }

  /** The server of the program. A line of its counts is a question. */
  private static final class Answering extends LoopServer {
    /** How many ports are tried until one is free for TCP as well. */
    private static final int MAX_TRIES = 100;

    private final DnsZone zone;

    Answering(final DnsZone zone, final String method) {
      super(method);
      this.zone = zone;
    }

    @Override
    public int open(final InetSocketAddress address) {
      final DnsHandler counting =
          request -> {
            lines++;
            zone.handle(request);
          };
      for (int tries = 1; ; tries++) {
        final DnsServer udp = DnsServer.builder(base).udp(address).handler(counting).open();
        try {
          later(DnsServer.builder(base).tcp(udp.udpAddress()).handler(counting).open());
          later(udp);
          return udp.udpAddress().getPort();
        } catch (final ErrnoException e) {
          udp.close();
          if (address.getPort() != 0 || e.errno() != Errno.EADDRINUSE || tries == MAX_TRIES) {
            throw e;
          }
        }
      }
    }
  }
}
