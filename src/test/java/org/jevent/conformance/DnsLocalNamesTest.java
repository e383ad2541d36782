package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.net.InetAddress;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;

/** Names that no server is asked for, whatever records are wanted, and however they come up. */
class DnsLocalNamesTest {
  private static DnsPeer.Result<DnsAnswer> exactly(
      final EventBase base, final DnsResolver resolver, final String name, final DnsType type) {
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    resolver.lookup(DnsName.parse(name), type, result);
    return result.await(base);
  }

  private static List<String> texts(final DnsPeer.Result<DnsAnswer> result) {
    return result.found().addresses().stream().map(InetAddress::getHostAddress).toList();
  }

  @EngineTest
  void anAddressIsItsOwnAnswerForRecords(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().search("corp.test").build());
    final DnsPeer.Result<DnsAnswer> four = start(resolver, "127.0.0.1", DnsType.A).await(base);
    assertThat(texts(four)).containsExactly("127.0.0.1");
    assertThat(four.found().source()).isEqualTo(DnsAnswer.Source.ITSELF);
    assertThat(texts(start(resolver, "::1", DnsType.AAAA).await(base)))
        .containsExactly("0:0:0:0:0:0:0:1");
    assertThat(texts(exactly(base, resolver, "192.0.2.7", DnsType.A))).containsExactly("192.0.2.7");
    assertThat(start(resolver, "127.0.0.1", DnsType.AAAA).await(base).kind())
        .isEqualTo(Kind.NODATA);
    assertThat(start(resolver, "127.0.0.1", DnsType.MX).await(base).kind()).isEqualTo(Kind.NODATA);
    for (final String bad : List.of("127.1", "0x7f.1", "1.2.3", "a.0X")) {
      assertThat(start(resolver, bad, DnsType.A).await(base).kind()).isEqualTo(Kind.BAD_NAME);
      assertThat(exactly(base, resolver, bad, DnsType.TXT).kind()).isEqualTo(Kind.BAD_NAME);
    }
    assertThat(peer.queries).isEmpty();
  }

  @EngineTest
  void recordsOfNamesThatAreNowhereAreNotAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(peer.resolver().hosts("192.0.2.9 known.test\n").build());
    for (final DnsType type :
        List.of(DnsType.A, DnsType.MX, DnsType.SRV, DnsType.PTR, DnsType.HTTPS, DnsType.ANY)) {
      for (final String absent : List.of("secret.onion", "x.invalid", "p.LOCAL", "local")) {
        assertThat(start(resolver, absent, type).await(base).kind()).isEqualTo(Kind.NXDOMAIN);
        assertThat(exactly(base, resolver, absent, type).kind()).isEqualTo(Kind.NXDOMAIN);
      }
    }
    for (final String here : List.of("localhost", "sub.localhost", "known.test")) {
      assertThat(start(resolver, here, DnsType.MX).await(base).kind()).isEqualTo(Kind.NODATA);
      assertThat(exactly(base, resolver, here, DnsType.TXT).kind()).isEqualTo(Kind.NODATA);
      assertThat(exactly(base, resolver, here, DnsType.ANY).found().records()).isNotEmpty();
    }
    assertThat(texts(exactly(base, resolver, "Localhost", DnsType.A))).containsExactly("127.0.0.1");
    final DnsPeer.Result<DnsAnswer> known = exactly(base, resolver, "known.test", DnsType.A);
    assertThat(texts(known)).containsExactly("192.0.2.9");
    assertThat(known.found().source()).isEqualTo(DnsAnswer.Source.HOSTS);
    assertThat(peer.queries).isEmpty();
  }

  @EngineTest
  void domainsOfTheSearchDoNotMakeSuchNamesAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(
            peer.resolver()
                .search("corp.local", "lan.test")
                .hosts("192.0.2.9 known.lan.test\n")
                .build());
    assertThat(texts(ask(base, resolver, "known"))).containsExactly("192.0.2.9");
    assertThat(peer.queries).isEmpty();
    assertThat(ask(base, resolver, "host").found().question().name())
        .isEqualTo(name("host.lan.test"));
    assertThat(peer.queries).hasSize(1);
  }

  @EngineTest
  void anAliasDoesNotMakeSuchNamesAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              final String first = asked.toLowerCase().toString();
              final DnsName target = name(first.equals("gone.test") ? "secret.onion" : "known.lan");
              if (asked.isWithin(name("test"))) {
                self.send(reply(query).answer(DnsRecord.cname(asked, 60, target)));
              } else {
                self.send(right(query));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().hosts("192.0.2.9 known.lan").build());
    assertThat(ask(base, resolver, "gone.test").kind()).isEqualTo(Kind.NXDOMAIN);
    final DnsAnswer found = ask(base, resolver, "here.test").found();
    assertThat(found.canonicalName()).isEqualTo(name("known.lan"));
    assertThat(found.addresses()).containsExactly(DnsPeer.ip("192.0.2.9"));
    assertThat(found.source()).isEqualTo(DnsAnswer.Source.HOSTS);
    assertThat(peer.queries).hasSize(2);
  }
}
