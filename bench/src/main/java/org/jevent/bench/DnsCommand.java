package org.jevent.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Text;
import org.jevent.bench.rivals.DnsAsker;
import org.jevent.bench.rivals.DnsAsker.Style;
import org.jevent.bench.rivals.DnsRival;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Clients and servers of DNS beside those of others. */
@Command(
    name = "dns",
    description = {
      "Look-ups of addresses, a hundred under way: processor time of the client for one, queries a"
          + " second, bytes allocated. This library's resolver by UDP, TCP and TLS and from its"
          + " cache; libevent's evdns and c-ares in C, Netty's DnsNameResolver, NIO by hand. All"
          + " ask nsd.",
      "Servers under dnsperf: this library's, libevent's evdns, nsd, NIO by hand. What is not"
          + " installed is left out."
    },
    mixinStandardHelpOptions = true)
final class DnsCommand implements Callable<Integer> {
  private static final String NIO = "NIO by hand";
  private static final String UDP = "jevent, UDP";
  private static final String TCP = "jevent, TCP";
  private static final String DOT = "jevent, TLS";
  private static final String CACHED = "jevent, from its cache";
  private static final String ADDRESSES = "jevent, addresses()";
  private static final String RESOLVE = "Netty, resolveAll()";
  private static final String EVDNS = "libevent's evdns (C)";
  private static final String CARES = "c-ares (C)";
  private static final String SERVER = "jevent";
  private static final String NSD = "nsd (C)";
  private static final int NAMES = 10_000;

  @Option(
      names = "--queries",
      defaultValue = "400000",
      description = "Queries of a client that count (default: ${DEFAULT-VALUE}).")
  private int queries;

  @Option(
      names = "--warm-up",
      defaultValue = "300000",
      description = "Queries before them (default: ${DEFAULT-VALUE}).")
  private int warmUp;

  @Option(
      names = "--seconds",
      defaultValue = "3",
      description = "Seconds of a run against a server (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--window",
      defaultValue = "100",
      description = "Queries under way at a time (default: ${DEFAULT-VALUE}).")
  private int window;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often all take their turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private AddOption json;

  private final CostContest clients = new CostContest(clientColumns());
  private final CostContest servers = new CostContest(serverColumns());

  private static Map<String, String> clientColumns() {
    final Map<String, String> columns = new LinkedHashMap<>();
    columns.put("us", "us of processor");
    columns.put("rate", "queries/s");
    columns.put("bytes", "B allocated");
    return columns;
  }

  private static Map<String, String> serverColumns() {
    final Map<String, String> columns = new LinkedHashMap<>();
    columns.put("udp_us", "UDP: us");
    columns.put("udp_rate", "UDP: queries/s");
    columns.put("udp_bytes", "UDP: B allocated");
    columns.put("tcp_us", "TCP: us");
    columns.put("tcp_rate", "TCP: queries/s");
    columns.put("tcp_bytes", "TCP: B allocated");
    return columns;
  }

  @Override
  public Integer call() throws Exception {
    json.check();
    System.out.println(Machine.description());
    final Path names = Files.createTempFile("jevent-bench", ".txt");
    try (Certificate certificate = new Certificate()) {
      Files.writeString(
          names,
          IntStream.range(0, NAMES)
              .mapToObj(i -> "q" + i + ".test A\n")
              .collect(Collectors.joining()));
      askNsd(certificate);
      serve(certificate, new DnsServerTurn.Settings(names, seconds, window));
    } finally {
      Files.delete(names);
    }
    report();
    return clients.failed() || servers.failed() ? 1 : 0;
  }

  private void askNsd(final Certificate certificate) throws IOException, InterruptedException {
    if (!Nsd.isHere()) {
      clients.leaveOut("all clients", "nsd, which they ask, is not here");
      return;
    }
    try (Nsd nsd = Nsd.start(certificate)) {
      clients.enter(NIO, asker(Style.NIO, nsd.port(), certificate));
      clients.enter(UDP, asker(Style.UDP, nsd.port(), certificate));
      clients.enter(ADDRESSES, asker(Style.ADDRESSES, nsd.port(), certificate));
      clients.enter(TCP, asker(Style.TCP, nsd.port(), certificate));
      clients.enter(DOT, asker(Style.DOT, nsd.tlsPort(), certificate));
      clients.enter(CACHED, asker(Style.CACHED, nsd.port(), certificate));
      clients.enter("Netty, query()", asker(Style.NETTY_QUERY, nsd.port(), certificate));
      clients.enter(RESOLVE, asker(Style.NETTY_RESOLVE, nsd.port(), certificate));
      enterInC(EVDNS, "dns_evdns", nsd.port());
      enterInC(CARES, "dns_cares", nsd.port());
      CostContest.run(List.of(clients), rounds, "dns: clients");
    }
  }

  private List<String> asker(final Style style, final int port, final Certificate certificate) {
    return pinned(
        Child.java(
            Contestants.nettyOptions(),
            DnsAsker.class.getName(),
            "--style",
            style.name(),
            "--port",
            "" + port,
            "--certificate",
            certificate.chain().toString(),
            "--window",
            "" + window,
            "--warm-up",
            "" + warmUp,
            "--queries",
            "" + queries));
  }

  private static List<String> pinned(final List<String> command) {
    return Machine.pinned(command, Runtime.getRuntime().availableProcessors() - 1);
  }

  private void enterInC(final String name, final String program, final int port) {
    final Path path = Child.inC(program);
    if (path == null) {
      clients.leaveOut(name, "the library or its headers are not here");
      return;
    }
    clients.enter(
        name, pinned(List.of(path.toString(), "" + port, "" + window, "" + warmUp, "" + queries)));
  }

  private void serve(final Certificate certificate, final DnsServerTurn.Settings settings)
      throws InterruptedException {
    if (!hasDnsperf()) {
      servers.leaveOut("all servers", "dnsperf, which loads them, is not here");
      return;
    }
    servers.enter(SERVER, new DnsServerTurn(() -> rival("jevent"), true, true, settings));
    servers.enter(NIO, new DnsServerTurn(() -> rival("nio"), true, false, settings));
    final Path evdns = Child.inC("server_evdns");
    if (evdns == null) {
      servers.leaveOut(EVDNS, "libevent or its headers are not here");
    } else {
      servers.enter(
          EVDNS,
          new DnsServerTurn(
              () -> ServerProcess.start(List.of(evdns.toString()), Redirect.INHERIT),
              false,
              false,
              settings));
    }
    if (Nsd.isHere()) {
      servers.enter(NSD, new DnsServerTurn(() -> Nsd.start(certificate), false, true, settings));
    } else {
      servers.leaveOut(NSD, "it is not here");
    }
    CostContest.run(List.of(servers), rounds, "dns: servers");
  }

  private static boolean hasDnsperf() throws InterruptedException {
    try {
      Child.text(new ProcessBuilder("dnsperf", "-h").redirectErrorStream(true));
      return true;
    } catch (final IOException e) {
      return false;
    }
  }

  private static NameServer rival(final String style) throws IOException {
    return ServerProcess.start(
        Child.java(
            List.of(), AllocationMeter.class.getName(), DnsRival.class.getName(), "--style", style),
        Redirect.INHERIT);
  }

  private void report() throws IOException, InterruptedException {
    clients.print("clients");
    servers.print("servers");
    System.out.printf(Locale.ROOT, "%nratios of processor time, and what they should be at most%n");
    goal(clients, UDP, NIO, "us", "2");
    goal(clients, ADDRESSES, RESOLVE, "us", "0.6");
    goal(clients, TCP, UDP, "us", "1.5");
    goal(clients, DOT, TCP, "us", "3");
    goal(servers, SERVER, NIO, "udp_us", "1.3");
    System.out.printf(
        Locale.ROOT, "ratios of queries a second, and what they should be at least%n");
    goal(servers, SERVER, EVDNS, "udp_rate", "0.9");
    goal(servers, SERVER, NSD, "udp_rate", "0.9");
    json.add(
        comparison("dns-client", "Clients of DNS", clients, "us", NIO),
        comparison("dns-server", "Servers of DNS", servers, "udp_us", NIO));
  }

  private static void goal(
      final CostContest contest,
      final String name,
      final String reference,
      final String key,
      final String goal) {
    System.out.printf(
        Locale.ROOT,
        "%s / %s: %s (%s)%n",
        name,
        reference,
        Text.figure(contest.ratio(name, reference, key)),
        goal);
  }

  private static Comparison comparison(
      final String name,
      final String title,
      final CostContest contest,
      final String key,
      final String reference) {
    final List<Comparison.Case> cases = new ArrayList<>();
    cases.add(contest.result(key, "a query"));
    return new Comparison(
        name,
        title,
        "Processor time for a query, a hundred of which are under way.",
        "us",
        true,
        reference,
        cases,
        contest.leftOut());
  }
}
