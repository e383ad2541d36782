package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.ZoneFile;
import org.jevent.dns.message.DnsType;
import org.jevent.error.ErrnoException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real name servers as peers of the resolver, real clients as peers of the server. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "these programs are Debian's")
class DnsPeersTest {
  private static final String ZONE =
      """
      $TTL 300
      @      IN SOA ns root 1 7200 3600 86400 60
      @      IN NS  ns
      ns     IN A   127.0.0.1
      a      IN A   192.0.2.1
      a      IN AAAA 2001:db8::1
      alias  IN CNAME a
      text   IN TXT "hello" "world"
      mail   IN MX 10 a
      *.wild IN A 192.0.2.7
      """;

  @TempDir private Path directory;

  private static Path tool(final String name) {
    for (final String folder : List.of("/usr/bin", "/usr/sbin", "/usr/local/bin")) {
      final Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    Assumptions.abort(name + " is not installed");
    return null;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Process start(final int port, final List<String> command) throws Exception {
    final Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int i = 0; i < 100; i++) {
      try (Socket ready = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(ready.isConnected()).isTrue();
        return process;
      } catch (final IOException e) {
        Thread.sleep(50);
      }
    }
    process.destroyForcibly();
    throw new AssertionError(command + " does not listen");
  }

  private static DnsPeer.Result<DnsAnswer> look(
      final EventBase base, final DnsResolver resolver, final String name, final DnsType type) {
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    resolver.lookup(name, type, result);
    return result.await(base);
  }

  private void check(final Bases bases, final int port, final Process server) {
    final EventBase base = bases.base();
    try {
      for (final String options : List.of("", "use-vc", "edns-udp-size:512 randomize-case:0")) {
        final DnsResolver resolver =
            bases.later(
                DnsResolver.builder(base)
                    .servers(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .options(options)
                    .build());
        assertThat(look(base, resolver, "a.test", DnsType.A).found().addresses())
            .containsExactly(DnsPeer.ip("192.0.2.1"));
        assertThat(look(base, resolver, "alias.test", DnsType.AAAA).found().addresses())
            .containsExactly(DnsPeer.ip("2001:db8::1"));
        assertThat(look(base, resolver, "no.test", DnsType.A).kind()).isEqualTo(Kind.NXDOMAIN);
        assertThat(look(base, resolver, "text.test", DnsType.TXT).found().records().get(0).data())
            .hasToString("\"hello\" \"world\"");
        assertThat(look(base, resolver, "mail.test", DnsType.MX).found().records()).hasSize(1);
        assertThat(look(base, resolver, "x.wild.test", DnsType.A).found().addresses())
            .containsExactly(DnsPeer.ip("192.0.2.7"));
        assertThat(look(base, resolver, "a.test", DnsType.MX).kind()).isEqualTo(Kind.NODATA);
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private String write(final String name, final String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  private Process nsd(final int port) throws Exception {
    final Path program = tool("nsd");
    write("test.zone", ZONE);
    final String conf =
        write(
            "nsd.conf",
            String.join(
                "\n",
                "server:",
                " ip-address: 127.0.0.1@" + port,
                " username: \"\"",
                " chroot: \"\"",
                " zonesdir: \"" + directory + "\"",
                " database: \"\"",
                " pidfile: \"" + directory + "/nsd.pid\"",
                " xfrdfile: \"" + directory + "/xfrd\"",
                " zonelistfile: \"" + directory + "/zonelist\"",
                " xfrdir: \"" + directory + "\"",
                " server-count: 1",
                " rrl-ratelimit: 0",
                "remote-control:",
                " control-enable: no",
                "zone:",
                " name: \"test\"",
                " zonefile: \"test.zone\"",
                ""));
    return start(port, List.of(program.toString(), "-d", "-c", conf));
  }

  @EngineTest
  void nsdIsUnderstood(final Bases bases) throws Exception {
    final int port = freePort();
    check(bases, port, nsd(port));
  }

  @EngineTest
  void unboundIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("unbound");
    final int behind = freePort();
    final Process nsd = nsd(behind);
    try {
      final int port = freePort();
      final String conf =
          write(
              "unbound.conf",
              String.join(
                  "\n",
                  "server:",
                  " interface: 127.0.0.1@" + port,
                  " do-daemonize: no",
                  " use-syslog: no",
                  " chroot: \"\"",
                  " username: \"\"",
                  " pidfile: \"" + directory + "/unbound.pid\"",
                  " directory: \"" + directory + "\"",
                  " num-threads: 1",
                  " access-control: 127.0.0.0/8 allow",
                  " do-not-query-localhost: no",
                  " local-zone: \"test.\" nodefault",
                  " domain-insecure: \"test\"",
                  " module-config: \"iterator\"",
                  "forward-zone:",
                  " name: \".\"",
                  " forward-addr: 127.0.0.1@" + behind,
                  ""));
      check(bases, port, start(port, List.of(program.toString(), "-d", "-c", conf)));
    } finally {
      nsd.destroyForcibly();
    }
  }

  @EngineTest
  void dnsmasqIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("dnsmasq");
    final int port = freePort();
    final List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--port=" + port,
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--user=" + System.getProperty("user.name"),
                "--pid-file=",
                "--local=/test/",
                "--host-record=a.test,192.0.2.1,2001:db8::1",
                "--cname=alias.test,a.test",
                "--txt-record=text.test,hello,world",
                "--mx-host=mail.test,a.test,10",
                "--address=/wild.test/192.0.2.7",
                "--log-facility=-"));
    check(bases, port, start(port, command));
  }

  @EngineTest
  void knotIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("knotd");
    write("test.zone", ZONE);
    final int port = freePort();
    final String conf =
        write(
            "knot.conf",
            String.join(
                "\n",
                "server:",
                "    rundir: \"" + directory + "\"",
                "    listen: 127.0.0.1@" + port,
                "    udp-workers: 1",
                "    tcp-workers: 1",
                "database:",
                "    storage: \"" + directory + "\"",
                "zone:",
                "  - domain: test",
                "    file: \"" + directory + "/test.zone\"",
                "    zonefile-sync: -1",
                ""));
    check(bases, port, start(port, List.of(program.toString(), "-c", conf)));
  }

  @EngineTest
  void bindIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("named");
    write("test.zone", ZONE);
    final int port = freePort();
    final String conf =
        write(
            "named.conf",
            String.join(
                "\n",
                "options {",
                "  directory \"" + directory + "\";",
                "  listen-on port " + port + " { 127.0.0.1; };",
                "  listen-on-v6 { none; };",
                "  pid-file \"" + directory + "/named.pid\";",
                "  session-keyfile \"" + directory + "/session.key\";",
                "  recursion no;",
                "};",
                "controls { };",
                "zone \"test\" { type primary; file \"" + directory + "/test.zone\"; };",
                ""));
    check(bases, port, start(port, List.of(program.toString(), "-g", "-n", "1", "-c", conf)));
  }

  @EngineTest
  void powerDnsIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("pdns_server");
    write("test.zone", ZONE);
    write("bind.conf", "zone \"test\" { type master; file \"" + directory + "/test.zone\"; };\n");
    final int port = freePort();
    write(
        "pdns.conf",
        String.join(
            "\n",
            "launch=bind",
            "bind-config=" + directory + "/bind.conf",
            "local-address=127.0.0.1",
            "local-port=" + port,
            "socket-dir=" + directory,
            "daemon=no",
            "guardian=no",
            "setuid=",
            "setgid=",
            "security-poll-suffix=",
            ""));
    check(bases, port, start(port, List.of(program.toString(), "--config-dir=" + directory)));
  }

  /** A recursor, which has to have the names from somewhere. */
  @EngineTest
  void powerDnsRecursorIsUnderstood(final Bases bases) throws Exception {
    final Path program = tool("pdns_recursor");
    final int behind = freePort();
    final Process nsd = nsd(behind);
    try {
      final int port = freePort();
      final List<String> command =
          List.of(
              program.toString(),
              "--config-dir=/nonexistent",
              "--daemon=no",
              "--disable-syslog",
              "--local-address=127.0.0.1",
              "--local-port=" + port,
              "--socket-dir=" + directory,
              "--setuid=",
              "--setgid=",
              "--threads=1",
              "--forward-zones=test=127.0.0.1:" + behind,
              "--dnssec=off",
              "--hint-file=",
              "--security-poll-suffix=");
      check(bases, port, start(port, command));
    } finally {
      nsd.destroyForcibly();
    }
  }

  // ---- clients of the server ----

  private DnsServer server(final Bases bases, final EventBase base) {
    final ZoneServer made = new ZoneServer(base);
    bases.later(made.udp);
    bases.later(made.tcp);
    return made.udp;
  }

  /** By UDP and TCP at one port. */
  private static final class ZoneServer {
    private static final int TRIES = 20;

    private final DnsServer udp;
    private final DnsServer tcp;

    ZoneServer(final EventBase base) {
      final var zone = ZoneFile.parse(ZONE, DnsPeer.name("test"));
      DnsServer byTcp = null;
      DnsServer byUdp = null;
      for (int i = 1; byUdp == null; i++) {
        byTcp = DnsServer.builder(base).tcp(Streams.ANY_PORT).handler(zone).open();
        try {
          byUdp = DnsServer.builder(base).udp(byTcp.tcpAddress()).handler(zone).open();
        } catch (final ErrnoException taken) {
          byTcp.close();
          if (i == TRIES) {
            throw taken;
          }
        }
      }
      udp = byUdp;
      tcp = byTcp;
    }
  }

  private String run(final EventBase base, final List<String> command) throws Exception {
    final Path out = directory.resolve("out");
    final Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    Streams.run(base, () -> !process.isAlive());
    assertThat(process.waitFor(1, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  @EngineTest
  void digUnderstandsTheServer(final Bases bases) throws Exception {
    asked(bases, tool("dig"), "+tcp");
  }

  @EngineTest
  void kdigUnderstandsTheServer(final Bases bases) throws Exception {
    asked(bases, tool("kdig"), "+tcp");
  }

  private void asked(final Bases bases, final Path program, final String tcp) throws Exception {
    final EventBase base = bases.base();
    final int port = server(bases, base).udpAddress().getPort();
    for (final String way : List.of("+notcp", tcp)) {
      final String alias =
          run(
              base,
              List.of(program.toString(), "@127.0.0.1", "-p", "" + port, way, "alias.test", "A"));
      assertThat(alias).contains("NOERROR").contains("a.test.").contains("192.0.2.1");
      assertThat(alias.toLowerCase(java.util.Locale.ROOT)).doesNotContain("malformed");
      final String absent =
          run(
              base,
              List.of(program.toString(), "@127.0.0.1", "-p", "" + port, way, "no.test", "A"));
      assertThat(absent).contains("NXDOMAIN").contains("SOA");
    }
  }

  @EngineTest
  void drillUnderstandsTheServer(final Bases bases) throws Exception {
    final Path program = tool("drill");
    final EventBase base = bases.base();
    final int port = server(bases, base).udpAddress().getPort();
    for (final String way : List.of("-u", "-t")) {
      assertThat(
              run(
                  base,
                  List.of(
                      program.toString(), way, "-p", "" + port, "@127.0.0.1", "text.test", "TXT")))
          .contains("NOERROR")
          .contains("\"hello\" \"world\"");
    }
  }

  /** Each of some thousand queries is answered, by datagrams and by streams. */
  @EngineTest
  void dnsperfLosesNoQuery(final Bases bases) throws Exception {
    final Path program = tool("dnsperf");
    final EventBase base = bases.base();
    final int port = server(bases, base).udpAddress().getPort();
    final String queries = write("queries", "a.test A\nalias.test AAAA\nno.test A\nmail.test MX\n");
    for (final String mode : List.of("udp", "tcp")) {
      final String report =
          run(
              base,
              List.of(
                  program.toString(),
                  "-s",
                  "127.0.0.1",
                  "-p",
                  "" + port,
                  "-m",
                  mode,
                  "-d",
                  queries,
                  "-n",
                  "500",
                  "-q",
                  "50",
                  "-c",
                  "2",
                  "-T",
                  "1"));
      assertThat(report)
          .containsPattern("Queries sent: +2000\\b")
          .containsPattern("Queries completed: +2000 ")
          .containsPattern("Queries lost: +0 ");
    }
  }
}
