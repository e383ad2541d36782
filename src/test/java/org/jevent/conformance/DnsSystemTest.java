package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.right;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.Rcode;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration of a system makes of look-ups. */
class DnsSystemTest {
  private static final DnsPeer.Script RIGHT = (peer, query) -> peer.send(right(query));

  @TempDir private Path directory;

  private Path file(final String name, final String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static String line(final DnsPeer peer) {
    final InetSocketAddress address = peer.address();
    return "nameserver " + address.getAddress().getHostAddress() + ":" + address.getPort() + "\n";
  }

  private static String names(final DnsPeer peer) {
    final StringBuilder names = new StringBuilder();
    for (final DnsMessage each : peer.queries) {
      names
          .append(each.question().name().toString().toLowerCase(java.util.Locale.ROOT))
          .append(' ');
    }
    return names.toString();
  }

  @EngineTest
  void namesWithinAScopeAreAskedOfItsServersAlone(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer all = new DnsPeer(bases, base, RIGHT);
    final DnsPeer corp = new DnsPeer(bases, base, RIGHT);
    final DnsPeer lab = new DnsPeer(bases, base, RIGHT);
    final Path conf =
        file(
            "resolv.conf",
            line(all)
                + "scope corp.test\n"
                + line(corp)
                + "scope lab.corp.test\n"
                + line(lab)
                + "scope a..b\n"
                + line(corp));
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, null, null).build());
    for (final String each : new String[] {"x.test", "x.corp.test", "lab.corp.test", "corp.test"}) {
      ask(base, resolver, each).found();
    }
    assertThat(names(all)).isEqualTo("x.test ");
    assertThat(names(corp)).isEqualTo("x.corp.test corp.test ");
    assertThat(names(lab)).isEqualTo("lab.corp.test ");
    assertThat(resolver.servers()).containsExactly(all.address());
  }

  @EngineTest
  void theNameOfThisMachineIsAnsweredWhereTheSystemDoesSo(final Bases bases) throws IOException {
    final Path kernel = Path.of("/proc/sys/kernel/hostname");
    assumeTrue(Files.isReadable(kernel), "the name of the machine is in no file");
    final String machine = Files.readString(kernel).strip();
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases, base, (self, query) -> self.send(DnsPeer.failure(query, Rcode.NXDOMAIN)));
    for (final String line : new String[] {"files myhostname dns", "files dns myhostname"}) {
      final int asked = peer.queries.size();
      final DnsResolver resolver = resolver(bases, base, peer, line);
      final HostAddresses found = DnsPeer.addresses(base, resolver, machine, Hints.UNSPEC).found();
      assertThat(found.source()).isEqualTo(DnsAnswer.Source.ITSELF);
      assertThat(found.addresses()).isNotEmpty();
      assertThat(peer.queries.size() > asked).isEqualTo(line.endsWith("myhostname"));
    }
    final DnsPeer.Result<HostAddresses> none = new DnsPeer.Result<>();
    resolver(bases, base, peer, "files dns").addresses(machine, Hints.UNSPEC, none);
    assertThat(none.await(base).kind()).isEqualTo(Kind.NXDOMAIN);
  }

  /** Servers may be asked before the file of hosts, or instead of it. */
  @EngineTest
  void theFileOfHostsHasItsPlaceInTheOrder(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) ->
                self.send(
                    query.question().name().toString().equalsIgnoreCase("known.test")
                        ? right(query)
                        : DnsPeer.failure(query, Rcode.NXDOMAIN)));
    final Path hosts = file("hosts", "192.0.2.77 known.test only.test\n");
    final String[][] rows = {
      // line, source of a name that both have, of one that only the file has
      {"files dns", "HOSTS", "HOSTS"},
      {"dns files", "SERVER", "HOSTS"},
      {"dns [NOTFOUND=return] files", "SERVER", "NXDOMAIN"},
      {"dns", "SERVER", "NXDOMAIN"},
      {"dns myhostname files", "SERVER", "HOSTS"},
      {"dns myhostname [NOTFOUND=return] files", "SERVER", "NXDOMAIN"},
      {"files", "HOSTS", "HOSTS"},
    };
    for (final String[] row : rows) {
      final Path conf = file("resolv.conf", line(peer));
      final Path order = file("nsswitch.conf", "hosts: " + row[0] + "\n");
      final DnsResolver resolver =
          bases.later(DnsResolver.builder(base).files(conf, hosts, order).build());
      assertThat(source(base, resolver, "known.test")).as(row[0]).isEqualTo(row[1]);
      assertThat(source(base, resolver, "only.test")).as(row[0]).isEqualTo(row[2]);
    }
  }

  private static String source(
      final EventBase base, final DnsResolver resolver, final String name) {
    final DnsPeer.Result<HostAddresses> result =
        DnsPeer.addresses(base, resolver, name, Hints.UNSPEC.family(Hints.Family.INET));
    return result.problems.isEmpty()
        ? result.found().source().toString()
        : result.kind().toString();
  }

  private DnsResolver resolver(
      final Bases bases, final EventBase base, final DnsPeer peer, final String sources)
      throws IOException {
    final Path conf = file("resolv.conf", line(peer));
    final Path order = file("nsswitch.conf", "hosts: " + sources + "\n");
    return bases.later(DnsResolver.builder(base).files(conf, null, order).build());
  }
}
