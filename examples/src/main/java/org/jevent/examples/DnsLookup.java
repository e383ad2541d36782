package org.jevent.examples;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jevent.EventBase;
import org.jevent.EventConfig;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsStats;
import org.jevent.dns.DnsTrace;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsType;
import org.jevent.net.Addresses;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dns-lookup}: asks name servers, as dig does. */
@Command(
    name = "dns-lookup",
    description = "Looks records up and prints them, and where they came from.",
    mixinStandardHelpOptions = true)
final class DnsLookup implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "a name, searched as the system does")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "TYPE",
      defaultValue = "A",
      description = "such as AAAA or TYPE65; default: A")
  private String type;

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description = "asks this server instead of the system's, such as 127.0.0.1:5300")
  private String server;

  @Option(
      names = "--options",
      paramLabel = "WORDS",
      defaultValue = "",
      description = "options of resolv.conf, such as \"use-vc timeout:2\"")
  private String options;

  @Option(names = "--trace", description = "prints each step of the look-up, and when it was")
  private boolean traces;

  @Option(names = "--engine", paramLabel = "NAME", description = "the engine of the loop")
  private String engine;

  private static final double NANOS_PER_MILLI = 1e6;

  /** When the first step was. */
  private long begun;

  private int status = 1;

  @Override
  public Integer call() {
    final EventConfig config = new EventConfig();
    if (engine != null) {
      config.method(engine);
    }
    try (EventBase base = new EventBase(config);
        DnsResolver resolver = resolver(base)) {
      resolver.lookup(name, DnsType.parse(type), this::print);
      base.dispatch();
      final DnsStats stats = resolver.stats();
      System.out.println(
          ";; " + stats.queries() + " queries, " + stats.tcpQueries() + " of them by TCP");
      return status;
    } catch (final IllegalArgumentException e) {
      System.err.println("dns-lookup: " + e.getMessage());
      return 1;
    }
  }

  private DnsResolver resolver(final EventBase base) {
    final DnsResolver.Builder builder = DnsResolver.builder(base).options(options);
    if (traces) {
      builder.trace(this::step);
    }
    if (server == null) {
      return builder.systemFiles().build();
    }
    final InetSocketAddress read = (InetSocketAddress) Addresses.parse(server);
    final int port = read.getPort() == 0 ? DnsResolver.PORT : read.getPort();
    return builder.servers(new InetSocketAddress(read.getAddress(), port)).build();
  }

  private void step(
      final long nanos,
      final DnsQuestion question,
      final DnsTrace.Step step,
      final InetSocketAddress from,
      final String detail) {
    begun = begun == 0 ? nanos : begun;
    System.out.printf(
        Locale.ROOT,
        ";; %8.3f ms  %-8s %s%s%s%n",
        (nanos - begun) / NANOS_PER_MILLI,
        step,
        question,
        from == null ? "" : " " + Addresses.format(from),
        detail.isEmpty() ? "" : " " + detail);
  }

  private void print(final DnsAnswer answer, final DnsException problem) {
    if (problem != null) {
      System.out.println(";; " + problem.kind() + ": " + problem.getMessage());
      return;
    }
    answer.chain().forEach(System.out::println);
    answer.records().forEach(System.out::println);
    final String from = answer.server() == null ? "" : " " + Addresses.format(answer.server());
    System.out.println(";; from " + answer.source() + from + (answer.partial() ? ", cut" : ""));
    status = 0;
  }
}
