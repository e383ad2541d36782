package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.SILENT;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.junit.jupiter.api.io.TempDir;

/** Faults that users of other resolvers have met: a case for each that no other class has. */
class DnsFaultsTest {
  @TempDir private Path directory;

  private static List<String> names(final DnsPeer peer) {
    return peer.queries.stream().map(each -> each.question().name().toLowerCase() + "").toList();
  }

  private static DnsMessage.Builder withSoa(final DnsMessage query, final Rcode rcode) {
    final DnsName zone = name("test");
    return DnsPeer.failure(query, rcode)
        .authority(DnsRecord.of(zone, DnsType.SOA, 60, new RData.Soa(zone, zone, 1, 2, 3, 4, 30)));
  }

  // ---- what is kept of a reply ----

  /** Neither aliases of other names, nor addresses beside the answer, answer a later question. */
  @EngineTest
  void whatStandsBesideAnAnswerIsNotKept(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final boolean first = query.question().name().equals(name("a.test"));
              final DnsMessage.Builder made = right(query);
              if (first) {
                made.answer(DnsRecord.cname(name("b.test"), 60, name("foreign.test")))
                    .answer(a(name("foreign.test"), "6.6.6.6"))
                    .authority(DnsRecord.ns(name("test"), 60, name("c.test")))
                    .additional(a(name("c.test"), "6.6.6.6"));
              }
              self.send(made);
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (final String each : List.of("a.test", "b.test", "c.test", "foreign.test")) {
      assertThat(ask(base, resolver, each).found().addresses())
          .containsExactly(DnsPeer.ip("192.0.2.1"));
    }
    assertThat(names(peer)).containsExactly("a.test", "b.test", "c.test", "foreign.test");
    assertThat(resolver.cacheSize()).isEqualTo(4);
  }

  @EngineTest
  void anAliasIsKeptNoLongerThanTheLeastOfItsChain(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              final boolean shortAlias = asked.equals(name("short.test"));
              final DnsName target = name("x.test");
              self.send(
                  reply(query)
                      .answer(DnsRecord.cname(asked, shortAlias ? 5 : 60, target))
                      .answer(
                          DnsRecord.address(target, shortAlias ? 60 : 7, DnsPeer.ip("192.0.2.1"))));
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (final String each : List.of("short.test", "long.test")) {
      ask(base, resolver, each).found();
      final DnsAnswer kept = ask(base, resolver, each).found();
      assertThat(kept.source()).isEqualTo(DnsAnswer.Source.CACHE);
      assertThat(kept.ttl()).isLessThanOrEqualTo(each.equals("short.test") ? 5 : 7);
    }
    assertThat(peer.queries).hasSize(2);
  }

  @EngineTest
  void theRootIsAName(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) ->
                self.send(reply(query).answer(DnsRecord.ns(DnsName.ROOT, 60, name("ns.test")))));
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (int i = 0; i < 2; i++) {
      final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
      resolver.lookup(DnsName.ROOT, DnsType.NS, result);
      assertThat(result.await(base).found().records()).hasSize(1);
    }
    assertThat(peer.queries).hasSize(1);
  }

  /** That there is nothing is kept for both families, and said again as it was said first. */
  @EngineTest
  void whatIsKnownToBeAbsentIsSaidOfAddressesToo(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final boolean absent = query.question().name().equals(name("no.test"));
              self.send(withSoa(query, absent ? Rcode.NXDOMAIN : Rcode.NOERROR));
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (final Kind kind : List.of(Kind.NXDOMAIN, Kind.NODATA)) {
      final String host = kind == Kind.NXDOMAIN ? "no.test" : "empty.test";
      final int before = peer.queries.size();
      for (int i = 0; i < 2; i++) {
        assertThat(DnsPeer.addresses(base, resolver, host, Hints.UNSPEC).kind()).isEqualTo(kind);
      }
      assertThat(peer.queries.size() - before).isEqualTo(2);
    }
  }

  // ---- names that are no host's ----

  @EngineTest
  void namesThatAreNoHostsReachNoProgram(final Bases bases) {
    final EventBase base = bases.base();
    final DnsName bad = name("<script>.test");
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              if (query.question().type().equals(DnsType.PTR)) {
                final DnsMessage.Builder made = reply(query).answer(DnsRecord.ptr(asked, 60, bad));
                if (asked.equals(DnsName.ofAddress(DnsPeer.ip("192.0.2.2")))) {
                  made.answer(DnsRecord.ptr(asked, 60, name("host.test")));
                }
                self.send(made);
              } else {
                self.send(
                    reply(query)
                        .answer(DnsRecord.cname(asked, 60, bad))
                        .answer(a(bad, "192.0.2.1")));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final DnsPeer.Result<DnsAnswer> none = new DnsPeer.Result<>();
    resolver.reverse(DnsPeer.ip("192.0.2.1"), none);
    assertThat(none.await(base).kind()).isEqualTo(Kind.BAD_NAME);
    final DnsPeer.Result<DnsAnswer> one = new DnsPeer.Result<>();
    resolver.reverse(DnsPeer.ip("192.0.2.2"), one);
    assertThat(one.await(base).found().records())
        .extracting(DnsRecord::target)
        .containsExactly(name("host.test"));
    assertThat(DnsPeer.addresses(base, resolver, "a.test", Hints.UNSPEC).kind())
        .isEqualTo(Kind.BAD_NAME);
  }

  /** One who connects gets the addresses of one family before the other one is known. */
  @EngineTest
  void namesThatAreNoHostsReachNoProgramInParts(final Bases bases) {
    final EventBase base = bases.base();
    final DnsName bad = name("<script>.test");
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              if (query.question().type().equals(DnsType.A)) {
                self.send(
                    reply(query)
                        .answer(DnsRecord.cname(asked, 60, bad))
                        .answer(a(bad, "192.0.2.1")));
              } else if (asked.isWithin(name("both.test"))) {
                self.later(reply(query).answer(a(asked, "2001:db8::1")));
              } else {
                self.later(reply(query));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(parts(base, resolver, "none.test")).containsExactly("[] BAD_NAME");
    assertThat(parts(base, resolver, "both.test")).containsExactly("[/2001:db8:0:0:0:0:0:1] null");
  }

  private static List<String> parts(
      final EventBase base, final DnsResolver resolver, final String host) {
    final List<String> got = new ArrayList<>();
    final boolean[] ended = {false};
    resolver.resolveInParts(
        host,
        (found, last, problem) -> {
          got.add(found + " " + (problem == null ? null : ((DnsException) problem).kind()));
          ended[0] |= last;
        });
    Streams.run(base, () -> ended[0]);
    return got;
  }

  // ---- whom to ask ----

  /** Servers may have different contents: one that says that there is nothing has answered. */
  @EngineTest
  void onlyOneServerIsAskedWhereItAnswers(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer first =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final String text = query.question().name().toLowerCase().toString();
              self.send(
                  text.startsWith("empty")
                      ? withSoa(query, Rcode.NOERROR)
                      : text.startsWith("no") ? withSoa(query, Rcode.NXDOMAIN) : right(query));
            });
    final DnsPeer second = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(first.address(), second.address())
                .options("timeout:5")
                .build());
    assertThat(ask(base, resolver, "empty.test").kind()).isEqualTo(Kind.NODATA);
    assertThat(ask(base, resolver, "no.test").kind()).isEqualTo(Kind.NXDOMAIN);
    ask(base, resolver, "a.test").found();
    assertThat(second.queries).isEmpty();
  }

  /** After another network was joined, what was known of the servers is worth nothing. */
  @EngineTest
  void readingTheFilesAgainForgetsWhichServersAreDown(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final boolean[] answers = {false};
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (answers[0]) {
                self.send(right(query));
              }
            });
    final DnsPeer other = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        DnsPeer.ofFile(
            bases,
            directory,
            "options timeout:0.1 max-timeouts:1 initial-probe-timeout:3600\n",
            peer,
            other);
    ask(base, resolver, "a.test").found();
    assertThat(resolver.serversDown()).isOne();
    answers[0] = true;
    resolver.reload();
    assertThat(resolver.serversDown()).isZero();
    ask(base, resolver, "a.test").found();
    assertThat(peer.queries).hasSize(2);
  }

  // ---- the search ----

  /** As the pods of a cluster have it: the number and the order of the questions. */
  @EngineTest
  void theFileSaysHowManyDotsAreEnough(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases, base, (self, query) -> self.send(DnsPeer.failure(query, Rcode.NXDOMAIN)));
    final DnsResolver resolver =
        DnsPeer.ofFile(
            bases,
            directory,
            "search ns.svc.cluster.test svc.cluster.test cluster.test\noptions ndots:5\n",
            peer);
    assertThat(ask(base, resolver, "www.example.test").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(names(peer))
        .containsExactly(
            "www.example.test.ns.svc.cluster.test",
            "www.example.test.svc.cluster.test",
            "www.example.test.cluster.test",
            "www.example.test");
    peer.queries.clear();
    assertThat(ask(base, resolver, "a.b.c.d.e.f").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(names(peer)).hasSize(4).startsWith("a.b.c.d.e.f");
    peer.queries.clear();
    assertThat(ask(base, resolver, "www.example.test.").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(names(peer)).containsExactly("www.example.test");
  }

  @EngineTest
  void theRootAsADomainOfTheSearchIsTheNameItself(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases, base, (self, query) -> self.send(DnsPeer.failure(query, Rcode.NXDOMAIN)));
    final DnsResolver resolver = bases.later(peer.resolver().search(".").build());
    assertThat(ask(base, resolver, "host").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(names(peer)).containsExactly("host");
  }

  /** A step that fails otherwise than by an absent name does not end the search. */
  @EngineTest
  void theSearchGoesOnWhateverAServerSays(final Bases bases) {
    for (final Rcode rcode : List.of(Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR)) {
      final EventBase base = bases.base();
      final DnsPeer peer =
          new DnsPeer(
              bases,
              base,
              (self, query) ->
                  self.send(
                      query.question().name().isWithin(name("bad.test"))
                          ? DnsPeer.failure(query, rcode)
                          : right(query)));
      final DnsResolver resolver =
          bases.later(
              peer.resolver().search("bad.test", "good.test").options("edns-udp-size:512").build());
      assertThat(ask(base, resolver, "host").found().question().name())
          .isEqualTo(name("host.good.test"));
    }
  }

  /** The chain is asked on, and what it ends in has nothing. */
  @EngineTest
  void aChainThatEndsWithoutAnAddressIsNoData(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              self.send(
                  asked.equals(name("a.test"))
                      ? reply(query).answer(DnsRecord.cname(asked, 60, name("x.test")))
                      : reply(query));
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(ask(base, resolver, "a.test").kind()).isEqualTo(Kind.NODATA);
    assertThat(names(peer)).containsExactly("a.test", "x.test");
  }

  // ---- datagrams ----

  /** Whatever it says, it is more than was asked for, and would come in fragments elsewhere. */
  @EngineTest
  void aDatagramThatIsLargerThanAnnouncedIsWaitedOut(final Bases bases) {
    for (final int size : new int[] {512, 1232}) {
      final EventBase base = bases.base();
      final DnsPeer peer =
          new DnsPeer(
              bases,
              base,
              (self, query) -> {
                final DnsMessage.Builder large =
                    reply(query).answer(a(query.question().name(), "6.6.6.6"));
                while (large.build().toBytes().length <= size) {
                  large.additional(DnsRecord.txt(name("x.test"), 60, "t".repeat(100)));
                }
                self.send(large);
                self.later(right(query));
              });
      final DnsResolver resolver =
          bases.later(peer.resolver().options("timeout:5 edns-udp-size:" + size).build());
      assertThat(ask(base, resolver, "a.test").found().addresses())
          .containsExactly(DnsPeer.ip("192.0.2.1"));
      assertThat(resolver.stats().mismatches()).isOne();
      assertThat(peer.queries).hasSize(1);
    }
  }

  /** It has no TCP, either: then its reply counts once letters are not drawn any more. */
  @EngineTest
  void aServerThatWritesSmallLettersIsUnderstoodWithoutTcp(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) ->
                self.send(
                    right(
                        DnsMessage.query(query.question().name().toLowerCase(), DnsType.A)
                            .id(query.id())
                            .build())));
    final DnsResolver resolver = bases.later(peer.resolver().options("timeout:5").build());
    for (final String each : List.of("a.long.name.test", "Another.LONG.Name.test")) {
      assertThat(ask(base, resolver, each).found().addresses())
          .containsExactly(DnsPeer.ip("192.0.2.1"));
    }
    assertThat(resolver.stats().timeouts()).isZero();
  }

  // ---- ends ----

  @EngineTest
  void closedBeforeTheLoopHasRun(final Bases bases) {
    for (final boolean baseFirst : new boolean[] {true, false}) {
      final EventBase base = bases.base();
      final DnsPeer peer = new DnsPeer(bases, base, SILENT);
      final DnsResolver resolver = peer.resolver().search("corp.test").build();
      final DnsPeer.Result<DnsAnswer> result = start(resolver, "a");
      if (baseFirst) {
        base.close();
      }
      resolver.close();
      base.close();
      assertThat(result.calls()).isLessThanOrEqualTo(1);
      assertThat(result.found).isEmpty();
      assertThat(bases.exceptions).isEmpty();
    }
  }
}
