package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of DNS takes its turn under dnsperf, by UDP and, where it can, by TCP. */
final class DnsServerTurn implements CostContest.Turn {
  private static final Pattern COMPLETED = Pattern.compile("Queries completed:\\s+(\\d+)");
  private static final Pattern LOST = Pattern.compile("Queries lost:\\s+(\\d+)");
  private static final Pattern RATE = Pattern.compile("Queries per second:\\s+([0-9.]+)");
  private static final int WARM_UP_JVM = 5;
  private static final double NANOS_IN_US = 1e3;

  private final Starter starter;
  private final boolean jvm;
  private final boolean tcp;
  private final Settings settings;

  /** How a server is started. */
  interface Starter {
    NameServer start() throws IOException, InterruptedException;
  }

  /**
   * What all turns have in common.
   *
   * @param names a file of dnsperf's
   */
  record Settings(Path names, int seconds, int window) {}

  /**
   * @param jvm that {@link AllocationMeter} runs it on
   */
  DnsServerTurn(
      final Starter starter, final boolean jvm, final boolean tcp, final Settings settings) {
    this.starter = starter;
    this.jvm = jvm;
    this.tcp = tcp;
    this.settings = settings;
  }

  @Override
  public Map<String, Double> take() throws IOException, InterruptedException {
    final Map<String, Double> figures = new HashMap<>();
    try (NameServer server = starter.start()) {
      run(server, "udp", figures);
      if (tcp) {
        run(server, "tcp", figures);
      }
    }
    return figures;
  }

  private void run(
      final NameServer server, final String transport, final Map<String, Double> figures)
      throws IOException, InterruptedException {
    load(server, transport, jvm ? WARM_UP_JVM : 1);
    final long allocated = allocated(server);
    final long used = NameServer.processorTime(server.pid()).toNanos();
    final String printed = load(server, transport, settings.seconds);
    final double queries = figure(COMPLETED, printed);
    if (figure(LOST, printed) > queries / 100) {
      throw new IOException("more than a hundredth of the queries were lost: " + printed.trim());
    }
    final long nanos = NameServer.processorTime(server.pid()).toNanos() - used;
    figures.put(transport + "_us", nanos / NANOS_IN_US / queries);
    figures.put(transport + "_rate", figure(RATE, printed));
    if (jvm) {
      figures.put(transport + "_bytes", (allocated(server) - allocated) / queries);
    }
  }

  private long allocated(final NameServer server) throws IOException {
    return jvm ? ((ServerProcess) server).allocated() : 0;
  }

  private String load(final NameServer server, final String transport, final int seconds)
      throws IOException, InterruptedException {
    final List<String> command =
        List.of(
            "dnsperf",
            "-s",
            "127.0.0.1",
            "-p",
            "" + server.port(),
            "-d",
            settings.names.toString(),
            "-m",
            transport,
            "-q",
            "" + settings.window,
            "-c",
            "1",
            "-T",
            "1",
            "-l",
            "" + seconds);
    return Child.text(
        new ProcessBuilder(Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1))
            .redirectErrorStream(true));
  }

  private static double figure(final Pattern pattern, final String printed) throws IOException {
    final Matcher matcher = pattern.matcher(printed);
    if (!matcher.find()) {
      throw new IOException("dnsperf did not print " + pattern + " but: " + printed.trim());
    }
    return Double.parseDouble(matcher.group(1));
  }
}
