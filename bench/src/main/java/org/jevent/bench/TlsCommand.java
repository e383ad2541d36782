package org.jevent.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jevent.bench.report.Comparison;
import org.jevent.bench.report.Text;
import org.jevent.bench.rivals.TlsRival;
import org.jevent.bench.rivals.TlsRival.Library;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** TLS beside Netty's, libevent's and the bare engine. */
@Command(
    name = "tls",
    description = {
      "Servers of TLS 1.3 (AES-128-GCM, ECDSA P-256) that answer requests of a fixed size: 64 bytes"
          + " at 64 connections, 16 KiB and 1 MiB to and from the server, full and resumed"
          + " handshakes, and the memory of an idle connection.",
      "This library with the JDK's engine and with Conscrypt, Netty with the JDK's and with"
          + " tcnative, libevent with OpenSSL in C, and engines in memory. The clients are one"
          + " program in C; 5,000 handshakes and more come before those that count. The figures are"
          + " the server's processor time for one of each."
    },
    mixinStandardHelpOptions = true)
final class TlsCommand implements Callable<Integer> {
  private static final String SUN = "jevent, JDK";
  private static final String EXECUTOR = "jevent, JDK, with an executor";
  private static final String CONSCRYPT = "jevent, Conscrypt";
  private static final String NETTY_SUN = "Netty, JDK";
  private static final String TCNATIVE = "Netty, tcnative";
  private static final String LIBEVENT = "libevent (C), OpenSSL";
  private static final String ENGINE_SUN = "bare engine, JDK";
  private static final String ENGINE_CONSCRYPT = "bare engine, Conscrypt";
  private static final String PLAIN = "jevent, plaintext";

  @Option(
      names = "--idle",
      defaultValue = "1000",
      description = "Connections whose memory is measured (default: ${DEFAULT-VALUE}).")
  private int idle;

  @Option(names = "--cases", split = ",", description = "Only these: ${COMPLETION-CANDIDATES}.")
  private Set<TlsCase> cases = EnumSet.allOf(TlsCase.class);

  @Mixin private ContestOptions common;

  @Mixin private AddOption json;

  @Spec private CommandSpec command;

  private Certificate certificate;

  @Override
  public Integer call() throws Exception {
    json.check();
    final Path clients = Child.inC("tls_load");
    if (clients == null) {
      throw new ParameterException(
          command.commandLine(), "the clients need OpenSSL's headers, and were not built here");
    }
    System.out.println(Machine.description());
    System.out.println("clients: " + Child.text(List.of(clients.toString(), "-V")).trim());
    try (Certificate made = new Certificate()) {
      certificate = made;
      final CostContest contest = new CostContest(TlsCase.costs());
      enter(contest, new TlsTurn.Settings(clients, common.seconds(), idle, cases));
      CostContest.run(List.of(contest), common.rounds(), "tls");
      report(contest);
      return contest.failed() ? 1 : 0;
    }
  }

  private void enter(final CostContest contest, final TlsTurn.Settings settings) {
    enter(contest, SUN, "jevent", Library.SUN, settings);
    enter(contest, EXECUTOR, "jevent", Library.SUN, settings, "--executor");
    enter(contest, CONSCRYPT, "jevent", Library.CONSCRYPT, settings);
    enter(contest, NETTY_SUN, "netty", Library.SUN, settings);
    enter(contest, TCNATIVE, "netty", Library.TCNATIVE, settings);
    final Path libevent = Child.inC("server_tls_libevent");
    if (libevent == null && common.isWanted(LIBEVENT)) {
      contest.leaveOut(LIBEVENT, "libevent or OpenSSL, or their headers, are not here");
    } else if (common.isWanted(LIBEVENT)) {
      final List<String> server = with(List.of(libevent.toString(), "--port", "0"));
      contest.enter(LIBEVENT, new TlsTurn(server, null, settings));
    }
    if (common.isWanted(ENGINE_SUN)) {
      contest.enter(ENGINE_SUN, engine(Library.SUN));
    }
    if (common.isWanted(ENGINE_CONSCRYPT)) {
      contest.enter(ENGINE_CONSCRYPT, engine(Library.CONSCRYPT));
    }
    enter(contest, PLAIN, "jevent", Library.NONE, settings);
  }

  private void enter(
      final CostContest contest,
      final String name,
      final String style,
      final Library library,
      final TlsTurn.Settings settings,
      final String... more) {
    final List<String> server =
        new ArrayList<>(
            Child.java(
                options(),
                AllocationMeter.class.getName(),
                TlsRival.class.getName(),
                "--style",
                style,
                "--library",
                library.name(),
                "--port",
                "0"));
    server.addAll(List.of(more));
    if (common.isWanted(name)) {
      contest.enter(name, new TlsTurn(with(server), library, settings));
    }
  }

  private List<String> with(final List<String> command) {
    final List<String> all = new ArrayList<>(command);
    all.addAll(certificate.options());
    return all;
  }

  private List<String> engine(final Library library) {
    final List<String> run =
        Child.java(
            options(),
            Main.class.getName(),
            "tls-engine-run",
            "--library",
            library.name(),
            "--seconds",
            "" + common.seconds(),
            "--idle",
            "" + idle);
    return Machine.pinned(with(run), 0);
  }

  private static List<String> options() {
    final List<String> options = new ArrayList<>(Contestants.nettyOptions());
    options.addAll(Memory.TOUCHED_HEAP);
    return options;
  }

  private void report(final CostContest contest) throws IOException, InterruptedException {
    contest.print("us of the server's processor; B");
    contest.print("a second", TlsCase.rates());
    System.out.printf(Locale.ROOT, "%nwork for a processor second, as a ratio%n");
    ratio(contest, SUN, NETTY_SUN);
    ratio(contest, EXECUTOR, SUN);
    ratio(contest, CONSCRYPT, TCNATIVE);
    ratio(contest, CONSCRYPT, LIBEVENT);
    ratio(contest, SUN, LIBEVENT);
    ratio(contest, SUN, ENGINE_SUN);
    ratio(contest, CONSCRYPT, ENGINE_CONSCRYPT);
    json.add(
        new Comparison(
            "tls",
            "TLS",
            "Processor time of the server for a request and its answer; a handshake has accept and"
                + " close with it.",
            "us",
            true,
            LIBEVENT,
            contest.results().stream()
                .filter(each -> !each.name().equals(TlsCase.costs().get(TlsCase.IDLE)))
                .toList(),
            contest.leftOut()),
        new Comparison(
            "tls-idle",
            "Memory of an idle connection with TLS",
            "Heap after a collection, and memory outside of it, after one request.",
            "B",
            true,
            LIBEVENT,
            List.of(contest.result(TlsCase.IDLE, "idle connection")),
            contest.leftOut()));
  }

  /** How much more the first does with a processor, in each case. */
  private static void ratio(final CostContest contest, final String name, final String reference) {
    final Map<String, String> found = new LinkedHashMap<>();
    for (final TlsCase each : TlsCase.values()) {
      found.put(each.title, Text.figure(contest.ratio(reference, name, each.cost())));
    }
    System.out.printf(Locale.ROOT, "%s / %s: %s%n", name, reference, found);
  }
}
