package org.jevent.bench.rivals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks a server of names for addresses, and prints what a query costs. */
@Command(
    name = "dns-asker",
    description = "A client of DNS to compare with: prints us=, rate= and bytes= of a query.",
    mixinStandardHelpOptions = true)
public final class DnsAsker implements Callable<Integer> {
  /** Who asks, and how. */
  public enum Style {
    UDP,
    TCP,
    DOT,
    ADDRESSES,
    CACHED,
    NETTY_QUERY,
    NETTY_RESOLVE,
    NIO
  }

  @Option(names = "--style", required = true, description = "${COMPLETION-CANDIDATES}")
  private Style style;

  @Option(names = "--port", required = true, description = "Of the server on 127.0.0.1.")
  private int port;

  @Option(names = "--certificate", description = "Of the server, for TLS: a PEM file.")
  private Path certificate;

  @Option(names = "--window", defaultValue = "100", description = "Queries under way.")
  private int window;

  @Option(names = "--warm-up", defaultValue = "200000", description = "Queries before.")
  private long warmUp;

  @Option(names = "--queries", defaultValue = "200000", description = "Queries that count.")
  private long queries;

  private DnsAsker() {}

  /** Asks, and ends the process. */
  public static void main(final String[] args) {
    final CommandLine command = new CommandLine(new DnsAsker());
    System.exit(command.setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    final DnsLoad load = new DnsLoad(window, warmUp, queries);
    final InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    switch (style) {
      case NIO -> new NioDnsClient(server, load).run();
      case NETTY_QUERY, NETTY_RESOLVE ->
          new NettyDnsClient(server, load, style == Style.NETTY_QUERY).run();
      default -> new JeventDnsClient(style, server, certificate, window, load).run();
    }
    return 1; // it ends when the load does
  }
}
