package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.SILENT;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.addresses;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.gone;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.TestSystem;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.junit.jupiter.api.io.TempDir;

/** Look-ups: servers that fail, names that are searched, the cache, addresses, and their ends. */
class DnsResolverTest {
  @TempDir private Path directory;

  private static List<String> text(final HostAddresses found) {
    return found.hosts().stream().map(InetAddress::getHostAddress).toList();
  }

  // ---- servers ----

  @EngineTest
  void aServerThatIsNotThereIsLeftAtOnce(final Bases bases) {
    assumeFalse(TestSystem.wine(), "Wine reports no error for a datagram without a receiver");
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).servers(gone(bases, base), peer.address()).build());
    final long start = bases.nanoTime();
    ask(base, resolver, "a.test").found();
    assertThat(Duration.ofNanos(bases.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }

  @EngineTest
  void whereThereIsNoServerAtAllItIsSaidAtOnce(final Bases bases) {
    assumeFalse(TestSystem.wine(), "Wine reports no error for a datagram without a receiver");
    final EventBase base = bases.base();
    final DnsResolver none = bases.later(DnsResolver.builder(base).build());
    assertThat(ask(base, none, "a.test").kind()).isEqualTo(Kind.NO_SERVERS);
    final DnsResolver dead =
        bases.later(DnsResolver.builder(base).servers(gone(bases, base)).build());
    assertThat(ask(base, dead, "a.test").kind()).isEqualTo(Kind.NO_SERVERS);
  }

  @EngineTest
  void aSilentServerIsFollowedByTheNextOne(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer silent = new DnsPeer(bases, base, SILENT);
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(silent.address(), peer.address())
                .options("timeout:0.1 max-timeouts:1")
                .build());
    ask(base, resolver, "a.test").found();
    assertThat(resolver.serversDown()).isOne();
    ask(base, resolver, "b.test").found();
    assertThat(silent.queries).hasSize(1);
  }

  @EngineTest
  void aLateReplyCountsAndPaysBack(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer late = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsPeer silent = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(late.address(), silent.address())
                .options("timeout:0.05 attempts:20")
                .build());
    ask(base, resolver, "a.test").found();
  }

  @EngineTest
  void whatIsDownIsProbedByARealQuery(final Bases bases) {
    final EventBase base = bases.base();
    final boolean[] awake = {false};
    final DnsPeer sleeper =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (awake[0]) {
                self.send(right(query));
              }
            });
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(sleeper.address(), peer.address())
                .options("timeout:0.1 max-timeouts:1 initial-probe-timeout:0.05")
                .build());
    ask(base, resolver, "a.test").found();
    awake[0] = true;
    final List<String> names = new ArrayList<>();
    Streams.run(
        base,
        () -> {
          names.add("n" + names.size() + ".test");
          ask(base, resolver, names.get(names.size() - 1)).found();
          return resolver.serversDown() == 0;
        });
    assertThat(sleeper.queries.size()).isGreaterThanOrEqualTo(2);
  }

  @EngineTest
  void theDeadlineIsForTheWholeAndForTheQueue(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer silent = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver =
        bases.later(
            silent
                .resolver()
                .options("max-inflight:1 timeout:5 attempts:9")
                .deadline(Duration.ofMillis(100))
                .build());
    final List<DnsPeer.Result<DnsAnswer>> all =
        Stream.of("a.test", "b.test", "c.test").map(name -> start(resolver, name)).toList();
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    assertThat(all).allMatch(each -> each.kind() == Kind.TIMEOUT);
  }

  @EngineTest
  void noMoreAreUnderWayThanAllowed(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsResolver resolver =
        bases.later(peer.resolver().options("max-inflight:2 timeout:3").build());
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(start(resolver, "n" + i + ".test"));
    }
    Streams.run(base, () -> !peer.queries.isEmpty());
    Streams.runFor(base, 20);
    assertThat(peer.queries).hasSize(2);
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    all.forEach(DnsPeer.Result::found);
  }

  @EngineTest
  void portsAreManyAndBounded(final Bases bases) {
    final EventBase base = bases.base();
    final Set<Integer> ports = new HashSet<>();
    final Set<Integer> ids = new HashSet<>();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              ports.add(((InetSocketAddress) self.asker()).getPort());
              ids.add(query.id());
              self.send(right(query));
            });
    final DnsResolver resolver = bases.later(peer.resolver().cache(0, 0).build());
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      all.add(start(resolver, "n" + i + ".test"));
    }
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    all.forEach(DnsPeer.Result::found);
    assertThat(ports.size()).isGreaterThan(12);
    assertThat(ids.size()).isGreaterThan(300);
    assertThat(resolver.stats().openSockets()).isBetween(1, 16);
  }

  // ---- names ----

  private static DnsPeer.Script only(final String known) {
    return (self, query) -> {
      final DnsName asked = query.question().name();
      self.send(asked.equals(name(known)) ? right(query) : DnsPeer.failure(query, Rcode.NXDOMAIN));
    };
  }

  @EngineTest
  void domainsAreSearchedInTheirOrder(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, only("host.b.test"));
    final DnsResolver resolver =
        bases.later(peer.resolver().search("a.test", "b.test").options("ndots:2").build());
    assertThat(ask(base, resolver, "host").found().question().name())
        .isEqualTo(name("host.b.test"));
    assertThat(peer.queries).hasSize(2);
    assertThat(ask(base, resolver, "host.").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(peer.queries).hasSize(3);
    assertThat(ask(base, resolver, "x.y.z").kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(peer.queries.stream().skip(3).map(each -> each.question().name()))
        .containsExactly(name("x.y.z"), name("x.y.z.a.test"), name("x.y.z.b.test"));
  }

  @EngineTest
  void whatAServerCouldNotSayIsNotAbsent(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) ->
                self.send(
                    DnsPeer.failure(
                        query,
                        query.question().name().isWithin(name("a.test"))
                            ? Rcode.SERVFAIL
                            : Rcode.NXDOMAIN)));
    final DnsResolver resolver = bases.later(peer.resolver().search("a.test", "b.test").build());
    assertThat(ask(base, resolver, "host").kind()).isEqualTo(Kind.SERVFAIL);
    assertThat(peer.queries).hasSize(3);
  }

  @EngineTest
  void someNamesAreNeverAskedFor(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver =
        bases.later(peer.resolver().hosts("192.0.2.9 known alias\n::9 six\n").build());
    assertThat(text(addresses(base, resolver, "127.0.0.1", Hints.UNSPEC).found()))
        .containsExactly("127.0.0.1");
    assertThat(text(addresses(base, resolver, "fe80::1%1", Hints.UNSPEC).found()))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("fe80:");
    assertThat(text(addresses(base, resolver, "sub.LocalHost", Hints.UNSPEC).found()))
        .containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");
    assertThat(text(addresses(base, resolver, "ALIAS", Hints.UNSPEC).found()))
        .containsExactly("192.0.2.9");
    assertThat(addresses(base, resolver, "known", Hints.UNSPEC.family(Hints.Family.INET6)).kind())
        .isEqualTo(Kind.NODATA);
    for (final String bad : List.of("", "127.1", "0x7f.1", "1.2.3", "a..b", "[::1]", "a b")) {
      assertThat(addresses(base, resolver, bad, Hints.UNSPEC).kind()).isEqualTo(Kind.BAD_NAME);
    }
    for (final String absent : List.of("a.invalid", "b.onion", "c.local")) {
      assertThat(addresses(base, resolver, absent, Hints.UNSPEC).kind()).isEqualTo(Kind.NXDOMAIN);
    }
    final DnsPeer.Result<DnsAnswer> reverse = new DnsPeer.Result<>();
    resolver.reverse(DnsPeer.ip("192.0.2.9"), reverse);
    assertThat(reverse.await(base).found().records().get(0).target()).isEqualTo(name("known"));
    assertThat(peer.queries).isEmpty();
  }

  @EngineTest
  void bothFamiliesBelongTogether(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              final boolean six = query.question().type().equals(DnsType.AAAA);
              final String first = asked.toString().substring(0, 1).toLowerCase(Locale.ROOT);
              switch (first) {
                case "b" ->
                    self.send(reply(query).answer(a(asked, six ? "2001:db8::1" : "192.0.2.1")));
                case "f" -> self.send(six ? DnsPeer.failure(query, Rcode.SERVFAIL) : right(query));
                case "x" -> self.send(six ? DnsPeer.failure(query, Rcode.NXDOMAIN) : right(query));
                default -> self.send(reply(query));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final Hints hints = Hints.UNSPEC.port(80);
    final HostAddresses both = addresses(base, resolver, "both.test", hints).found();
    assertThat(text(both)).containsExactlyInAnyOrder("2001:db8:0:0:0:0:0:1", "192.0.2.1");
    assertThat(both.addresses()).allMatch(each -> each.getPort() == 80);
    assertThat(text(addresses(base, resolver, "fails.test", hints).found()))
        .containsExactly("192.0.2.1");
    assertThat(text(addresses(base, resolver, "x.test", hints).found()))
        .containsExactly("192.0.2.1");
    assertThat(addresses(base, resolver, "none.test", hints).kind()).isEqualTo(Kind.NODATA);
    final DnsPeer.Result<HostAddresses> listen =
        addresses(base, resolver, null, hints.with(Hints.Flag.PASSIVE));
    assertThat(text(listen.found())).containsExactly("0:0:0:0:0:0:0:0", "0.0.0.0");
  }

  // ---- the cache ----

  @EngineTest
  void answersAreKeptAsLongAsTheyAllow(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName asked = query.question().name();
              final int ttl = asked.equals(name("now.test")) ? 0 : 60;
              self.send(
                  reply(query).answer(DnsRecord.address(asked, ttl, DnsPeer.ip("192.0.2.1"))));
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(ask(base, resolver, "a.test").found().source()).isEqualTo(DnsAnswer.Source.SERVER);
    final DnsAnswer kept = ask(base, resolver, "A.TEST").found();
    assertThat(kept.source()).isEqualTo(DnsAnswer.Source.CACHE);
    assertThat(kept.ttl()).isBetween(50, 60);
    ask(base, resolver, "now.test");
    ask(base, resolver, "now.test");
    assertThat(peer.queries).hasSize(3);
    assertThat(resolver.cacheSize()).isOne();
    resolver.flushCache(name("a.test"));
    assertThat(resolver.cacheSize()).isZero();
    assertThat(resolver.cacheBytes()).isZero();
  }

  @EngineTest
  void whatIsNotThereIsKeptAsItsZoneSays(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              final DnsName zone = name("test");
              final DnsMessage.Builder failure = DnsPeer.failure(query, Rcode.NXDOMAIN);
              if (query.question().name().equals(name("with.test"))) {
                failure.authority(
                    DnsRecord.of(zone, DnsType.SOA, 60, new RData.Soa(zone, zone, 1, 2, 3, 4, 30)));
              }
              self.send(failure);
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (int i = 0; i < 2; i++) {
      assertThat(ask(base, resolver, "with.test").kind()).isEqualTo(Kind.NXDOMAIN);
      assertThat(ask(base, resolver, "without.test").kind()).isEqualTo(Kind.NXDOMAIN);
    }
    assertThat(peer.queries).hasSize(3);
    final DnsPeer.Result<DnsAnswer> other = new DnsPeer.Result<>();
    resolver.lookup("with.test", DnsType.MX, other);
    assertThat(other.await(base).kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(peer.queries).hasSize(3);
  }

  @EngineTest
  void theCacheIsBounded(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().cache(10, 2000).build());
    for (int i = 0; i < 30; i++) {
      ask(base, resolver, "n" + i + ".test").found();
    }
    assertThat(resolver.cacheSize()).isBetween(1, 10);
    assertThat(resolver.cacheBytes()).isBetween(1L, 2000L);
  }

  @EngineTest
  void equalOnesAreAskedOnce(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsResolver resolver = bases.later(peer.resolver().options("timeout:3").build());
    final DnsPeer.Result<DnsAnswer> cancelled = new DnsPeer.Result<>();
    final DnsRequest first = resolver.lookup("a.test", DnsType.A, cancelled);
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(start(resolver, "a.test"));
    }
    Streams.run(base, () -> !peer.queries.isEmpty());
    first.cancel();
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() == 1));
    all.forEach(DnsPeer.Result::found);
    assertThat(peer.queries).hasSize(1);
    assertThat(cancelled.calls()).isZero();
    assertThat(resolver.stats().joined()).isEqualTo(5);
  }

  // ---- ends ----

  @EngineTest
  void anIdleOneDoesNotKeepTheLoopAlive(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    assertThat(result.calls()).isZero();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    result.found();
  }

  @EngineTest
  void aCallbackIsNeverCalledWithinTheLookUp(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test");
    final List<String> order = new ArrayList<>();
    base.execute(
        () -> {
          resolver.lookup("a.test", DnsType.A, (answer, problem) -> order.add("callback"));
          order.add("returned");
        });
    base.dispatch();
    assertThat(order).containsExactly("returned", "callback");
  }

  @EngineTest
  void whatIsCancelledIsSilentUnlessAReportIsWanted(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver = bases.later(peer.resolver().search("a.test").build());
    final DnsPeer.Result<DnsAnswer> silent = new DnsPeer.Result<>();
    final DnsPeer.Result<DnsAnswer> reported = new DnsPeer.Result<>();
    final DnsRequest one = resolver.lookup("one", DnsType.A, silent);
    final DnsRequest two = resolver.lookup("two", DnsType.A, reported);
    Streams.run(base, () -> peer.queries.size() == 2);
    one.cancel();
    two.cancel(true);
    two.cancel(true);
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(silent.calls()).isZero();
    assertThat(reported.problems).hasSize(1);
    assertThat(reported.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(one.isDone()).isTrue();
  }

  @EngineTest
  void closingEndsAllOnce(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver = peer.resolver().options("max-inflight:1").build();
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(start(resolver, "n" + i + ".test"));
    }
    Streams.run(base, () -> peer.queries.size() == 1);
    resolver.close();
    resolver.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(all).allMatch(each -> each.calls() == 1 && each.kind() == Kind.SHUTDOWN);
    assertThatThrownBy(() -> start(resolver, "x.test")).isInstanceOf(IllegalStateException.class);
  }

  @EngineTest
  void closedInsideACallbackAndAfterItsBase(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = peer.resolver().build();
    final List<Kind> kinds = new ArrayList<>();
    resolver.lookup("a.test", DnsType.A, (answer, problem) -> resolver.close());
    resolver.lookup(
        "b.test",
        DnsType.A,
        (answer, problem) -> kinds.add(problem == null ? null : problem.kind()));
    base.dispatch();
    assertThat(kinds).hasSize(1);
    final DnsResolver second = peer.resolver().build();
    second.lookup("c.test", DnsType.A, (answer, problem) -> kinds.add(null));
    base.loop(EventBase.LOOP_NONBLOCK);
    base.close();
    second.close();
    assertThat(kinds).hasSize(1);
  }

  @EngineTest
  void anyThreadMayAsk(final Bases bases) throws InterruptedException {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    final AtomicReference<DnsAnswer> found = new AtomicReference<>();
    final Thread other =
        new Thread(
            () -> resolver.lookup("a.test", DnsType.A, (answer, problem) -> found.set(answer)));
    other.start();
    Streams.run(base, () -> found.get() != null);
    other.join();
  }

  @EngineTest
  void filesAreReadAgainWhenTheyChange(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer one = new DnsPeer(bases, base, RIGHT);
    final Path conf = directory.resolve("resolv.conf");
    final Path hosts = directory.resolve("hosts");
    Files.writeString(conf, server(one) + "search b.test\noptions ndots:1 unknown:x timeout:bad\n");
    Files.writeString(hosts, "");
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, hosts, null).build());
    assertThat(ask(base, resolver, "host").found().question().name())
        .isEqualTo(name("host.b.test"));
    Files.writeString(hosts, "192.0.2.77 host\n");
    Streams.run(
        base,
        20,
        () -> text(addresses(base, resolver, "host", Hints.UNSPEC).found()).contains("192.0.2.77"));
    Files.delete(conf);
    resolver.reload();
    assertThat(resolver.servers()).extracting(InetSocketAddress::getPort).containsOnly(53);
  }

  private static String server(final DnsPeer peer) {
    return "nameserver 127.0.0.1:" + peer.address().getPort() + "\n";
  }

  /** The second name of its search is asked for already, by a look-up that began later. */
  @EngineTest
  void whatJoinsAYoungerQuestionKeepsItsDeadline(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (query.question().name().equals(name("host.a.test"))) {
                self.later(DnsPeer.failure(query, Rcode.NXDOMAIN));
              }
            });
    final DnsResolver resolver =
        bases.later(peer.resolver().search("a.test", "b.test").options("deadline:0.5").build());
    final DnsPeer.Result<DnsAnswer> older = start(resolver, "host");
    Streams.run(base, () -> peer.queries.size() == 1);
    Streams.runFor(base, 50);
    final DnsPeer.Result<DnsAnswer> younger = start(resolver, "host.b.test");
    final int[] callsOfYounger = {-1};
    Streams.run(
        base,
        () -> {
          if (older.calls() > 0 && callsOfYounger[0] < 0) {
            callsOfYounger[0] = younger.calls();
          }
          return younger.calls() > 0;
        });
    assertThat(older.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(younger.kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(callsOfYounger[0]).isZero();
  }

  @EngineTest
  void suspendedItWaits(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    resolver.suspend();
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    Streams.runFor(base, 20);
    assertThat(peer.queries).isEmpty();
    resolver.resume();
    result.await(base).found();
  }

  @EngineTest
  void wrongOptionsAreRefused(final Bases bases) {
    final DnsResolver.Builder builder = DnsResolver.builder(bases.base());
    for (final String bad : List.of("ndots:16", "timeout:x", "attempts:0", "bind-to:name")) {
      assertThatThrownBy(() -> builder.options(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad.substring(0, bad.indexOf(':')));
    }
    builder.options("whatever:1 ndots:2 use-vc ignore-tc rotate");
    final InetSocketAddress unresolved = InetSocketAddress.createUnresolved("a", 53);
    assertThatThrownBy(() -> builder.servers(unresolved))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
