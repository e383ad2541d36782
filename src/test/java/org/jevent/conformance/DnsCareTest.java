package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerLimits;
import org.jevent.dns.DnsTrace;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.DatagramEvent;

/** Cookies, answers whose time is over, resting connections, mapped addresses, and traces. */
class DnsCareTest {
  private static final byte[] COOKIE = {1, 2, 3, 4, 5, 6, 7, 8};

  // ---- cookies ----

  private static byte[] cookie(final DnsMessage message) {
    final RData.Bytes found = message.edns() == null ? null : message.edns().option(Edns.COOKIE);
    return found == null ? null : found.toArray();
  }

  /** The client's cookie of the query, and a server's behind it. */
  private static Edns with(final byte[] client, final byte... server) {
    final byte[] both = Arrays.copyOf(client, 8 + server.length);
    System.arraycopy(server, 0, both, 8, server.length);
    return new Edns(1232, 0, false, List.of(new Edns.Option(Edns.COOKIE, RData.Bytes.of(both))));
  }

  @EngineTest
  void aServersCookieIsRepeated(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> self.send(right(query).edns(with(cookie(query), COOKIE))));
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test").found();
    ask(base, resolver, "b.test").found();
    final byte[] first = cookie(peer.queries.get(0));
    final byte[] second = cookie(peer.queries.get(1));
    assertThat(first).hasSize(8);
    assertThat(second).hasSize(16).startsWith(first).endsWith(COOKIE);
    assertThat(resolver.stats().tcpQueries()).isZero();
  }

  @EngineTest
  void aReplyWithoutTheCookieThatIsKnownIsAskedForByTcp(final Bases bases) {
    final EventBase base = bases.base();
    final boolean[] honest = {true};
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (honest[0]) {
                self.send(right(query).edns(with(cookie(query), COOKIE)));
              } else {
                self.send(right(query));
              }
            });
    final DnsServer tcp = peer.serveTcp(bases);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test").found();
    honest[0] = false;
    assertThat(ask(base, resolver, "b.test").found().addresses())
        .containsExactly(DnsPeer.ip("192.0.2.7"));
    assertThat(tcp.handled()).isOne();
  }

  @EngineTest
  void aReplyWithTheCookieOfAnotherClientIsNotTaken(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases, base, (self, query) -> self.send(right(query).edns(with(COOKIE, COOKIE))));
    final DnsResolver resolver = bases.later(peer.resolver().options("attempts:1").build());
    final DnsPeer.Result<DnsAnswer> result = ask(base, resolver, "a.test");
    assertThat(result.found).isEmpty();
    assertThat(resolver.stats().mismatches()).isPositive();
  }

  @EngineTest
  void badCookieIsFollowedByTheNewOne(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final byte[] sent = cookie(query);
              final Edns edns = with(Arrays.copyOf(sent, 8), COOKIE);
              self.send(
                  sent.length == 8
                      ? reply(query).rcode(Rcode.BADCOOKIE).edns(edns)
                      : right(query).edns(edns));
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test").found();
    assertThat(peer.queries).hasSize(2);
  }

  @EngineTest
  void aClientWithACookieIsNotLimited(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .udp(Streams.ANY_PORT)
                .limits(DnsServerLimits.DEFAULT.repliesPerSecond(2))
                .handler(
                    request -> {
                      request.answer(a(request.name(), "192.0.2.1"));
                      request.respond(Rcode.NOERROR);
                    })
                .open());
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base).servers(server.udpAddress()).options("ignore-tc").build());
    for (int i = 0; i < 20; i++) {
      ask(base, resolver, "x" + i + ".test").found();
    }
    assertThat(resolver.stats().queries()).isEqualTo(20);
    assertThat(server.dropped()).isZero();
  }

  // ---- stale answers ----

  private static DnsPeer shortLived(
      final Bases bases, final EventBase base, final boolean... works) {
    return new DnsPeer(
        bases,
        base,
        (self, query) -> {
          if (works[0]) {
            self.send(
                reply(query)
                    .answer(
                        DnsRecord.address(query.question().name(), 1, DnsPeer.ip("192.0.2.1"))));
          } else {
            self.send(DnsPeer.failure(query, Rcode.SERVFAIL));
          }
        });
  }

  @EngineTest
  void anOldAnswerIsGivenWhenTheServersFail(final Bases bases) {
    final EventBase base = bases.base();
    final boolean[] works = {true};
    final DnsPeer peer = shortLived(bases, base, works);
    final DnsResolver resolver = bases.later(peer.resolver().options("serve-stale:60").build());
    ask(base, resolver, "a.test").found();
    works[0] = false;
    Streams.runFor(base, 1100);
    final DnsAnswer stale = ask(base, resolver, "a.test").found();
    assertThat(stale.source()).isEqualTo(DnsAnswer.Source.STALE);
    assertThat(stale.ttl()).isEqualTo(30);
    assertThat(peer.queries).hasSize(2);
    works[0] = true;
    assertThat(ask(base, resolver, "a.test").found().source())
        .as("servers rest for half a minute")
        .isEqualTo(DnsAnswer.Source.STALE);
    assertThat(peer.queries).hasSize(2);
    resolver.flushCache(name("a.test"));
    assertThat(ask(base, resolver, "a.test").found().source()).isEqualTo(DnsAnswer.Source.SERVER);
  }

  @EngineTest
  void byDefaultItIsNot(final Bases bases) {
    final EventBase base = bases.base();
    final boolean[] works = {true};
    final DnsPeer peer = shortLived(bases, base, works);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test").found();
    works[0] = false;
    Streams.runFor(base, 1100);
    assertThat(ask(base, resolver, "a.test").kind()).isEqualTo(Kind.SERVFAIL);
  }

  // ---- a connection that rests ----

  @EngineTest
  void aRestingConnectionIsClosedAndKeepsNoLoopAlive(final Bases bases) {
    final EventBase base = bases.base();
    final EventBase other = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .tcp(Streams.ANY_PORT)
                .handler(request -> request.respond(Rcode.NXDOMAIN))
                .open());
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(other)
                .servers(server.tcpAddress())
                .options("use-vc tcp-idle-timeout:0.2")
                .build());
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    while (result.calls() == 0) {
      Streams.runFor(base, 1);
      other.loop(EventBase.LOOP_NONBLOCK);
    }
    assertThat(server.clients()).isOne();
    other.dispatch(); // returns at once: nothing is to be done
    assertThat(server.clients()).isOne();
    while (server.clients() > 0) {
      Streams.runFor(base, 1);
      other.loop(EventBase.LOOP_NONBLOCK);
    }
  }

  // ---- addresses of IPv4 for sockets of IPv6 ----

  private static List<String> mapped(
      final EventBase base, final DnsResolver resolver, final String host, final Hints hints) {
    final DnsPeer.Result<HostAddresses> result = new DnsPeer.Result<>();
    resolver.addresses(host, hints, result);
    return result.await(base).found().hosts().stream().map(InetAddress::getHostAddress).toList();
  }

  @EngineTest
  void addressesOfIpv4AreMappedWhereThatIsAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final boolean four = query.question().type().equals(DnsType.A);
              final boolean both = query.question().name().equals(name("both.test"));
              self.send(
                  four
                      ? right(query)
                      : both
                          ? reply(query).answer(a(query.question().name(), "2001:db8::1"))
                          : reply(query));
            });
    final DnsResolver resolver = bases.later(peer.resolver().hosts("192.0.2.9 h.test").build());
    final Hints six = Hints.UNSPEC.family(Hints.Family.INET6).with(Hints.Flag.V4MAPPED);
    final String first = "0:0:0:0:0:ffff:c000:201";
    assertThat(mapped(base, resolver, "four.test", six)).containsExactly(first);
    assertThat(mapped(base, resolver, "both.test", six)).containsExactly("2001:db8:0:0:0:0:0:1");
    assertThat(mapped(base, resolver, "both.test", six.with(Hints.Flag.ALL)))
        .containsExactlyInAnyOrder(first, "2001:db8:0:0:0:0:0:1");
    assertThat(mapped(base, resolver, "h.test", six)).containsExactly("0:0:0:0:0:ffff:c000:209");
    assertThat(mapped(base, resolver, "192.0.2.1", six)).containsExactly(first);
  }

  // ---- traces ----

  static DnsTrace trace(final List<String> into) {
    return (nanos, question, step, server, detail) ->
        into.add(step + " " + question.name().toString().toLowerCase(java.util.Locale.ROOT));
  }

  @EngineTest
  void eachStepOfALookUpIsReported(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (query.question().name().equals(name("alias.test"))) {
                self.send(
                    reply(query)
                        .answer(DnsRecord.cname(query.question().name(), 60, name("b.test"))));
              } else if (query.question().name().equals(name("b.test"))) {
                self.send(right(query));
              } else {
                self.send(DnsPeer.failure(query, Rcode.NXDOMAIN));
              }
            });
    final List<String> steps = new ArrayList<>();
    final InetSocketAddress address = peer.address();
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(address)
                .search("corp")
                .hosts("192.0.2.3 h.test")
                .trace(trace(steps))
                .build());
    ask(base, resolver, "alias.test").found();
    ask(base, resolver, "alias.test").found();
    ask(base, resolver, "h.test").found();
    assertThat(ask(base, resolver, "no").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(steps)
        .containsExactly(
            "UDP alias.test",
            "REPLY alias.test",
            "ALIAS alias.test",
            "UDP b.test",
            "REPLY b.test",
            "CACHE alias.test",
            "HOSTS h.test",
            "UDP no.corp",
            "REPLY no.corp",
            "UDP no",
            "REPLY no");
  }

  // ---- what cannot be predicted ----

  /** Pearson's statistic of values that should be equally frequent. */
  private static double chiSquare(final int... counts) {
    final double expected = java.util.Arrays.stream(counts).sum() / (double) counts.length;
    double sum = 0;
    for (final int each : counts) {
      sum += (each - expected) * (each - expected) / expected;
    }
    return sum;
  }

  /** A right generator exceeds 90 with 15 degrees of freedom once in 10 to the power of 12 runs. */
  @EngineTest
  void idsAndTheCaseOfLettersAreEvenlySpread(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().cache(0, 0).build());
    for (int i = 0; i < 1600; i++) {
      ask(base, resolver, "abcdefghijklmnop.test").found();
    }
    final int[] high = new int[16];
    final int[] low = new int[16];
    final int[] letters = new int[16];
    for (final DnsMessage query : peer.queries) {
      high[query.id() >>> 12]++;
      low[query.id() & 0xf]++;
      final String text = query.question().name().toString();
      for (int i = 0; i < letters.length; i++) {
        letters[i] += Character.isUpperCase(text.charAt(i)) ? 1 : 0;
      }
    }
    assertThat(peer.queries).hasSizeBetween(1600, 1700); // on a busy machine some come twice
    assertThat(chiSquare(high)).isLessThan(90);
    assertThat(chiSquare(low)).isLessThan(90);
    for (final int count : letters) {
      final int half = peer.queries.size() / 2;
      assertThat(count).isBetween(half - 160, half + 160); // 8 standard deviations
    }
  }

  /** What a server sends to another one is a reply, which is never answered. */
  @EngineTest
  void serversDoNotTalkToEachOther(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer first = silent(bases, base);
    final DnsServer second = silent(bases, base);
    final ByteBuffer reply =
        ByteBuffer.wrap(new DnsMessage.Builder().id(7).flags(DnsMessage.QR).build().toBytes());
    try (var sender = DatagramEvent.bind(base, Streams.ANY_PORT, (self, data, from, cut) -> {})) {
      for (final DnsServer each : List.of(first, second)) {
        sender.send(reply.duplicate(), each.udpAddress());
      }
      Streams.run(base, () -> first.dropped() + second.dropped() == 2);
    }
    assertThat(first.handled() + second.handled()).isZero();
  }

  private static DnsServer silent(final Bases bases, final EventBase base) {
    return bases.later(
        DnsServer.builder(base)
            .udp(Streams.ANY_PORT)
            .handler(request -> request.respond(Rcode.REFUSED))
            .open());
  }

  /** What was flushed meanwhile is not kept from before, and the look-up goes on. */
  @EngineTest
  void theCacheMayBeFlushedDuringALookUp(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    base.loop(EventBase.LOOP_NONBLOCK);
    resolver.flushCache();
    resolver.flushCache(name("a.test"));
    result.await(base).found();
    assertThat(result.calls()).isOne();
    assertThat(resolver.cacheSize()).isOne();
  }

  /** The last one who waits ends a question; the others do not. */
  @EngineTest
  void oneOfThoseWhoWaitForTheSameAnswerMayGo(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final DnsPeer.Result<DnsAnswer> gone = new DnsPeer.Result<>();
    final var request = resolver.lookup("a.test", DnsType.A, gone);
    final DnsPeer.Result<DnsAnswer> stays = start(resolver, "a.test");
    base.loop(EventBase.LOOP_NONBLOCK);
    request.cancel();
    stays.await(base).found();
    assertThat(gone.calls()).isZero();
    assertThat(peer.queries).hasSize(1);
  }
}
