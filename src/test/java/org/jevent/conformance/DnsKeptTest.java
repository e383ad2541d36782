package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsCareTest.trace;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.HostAddresses;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.endpoint.ConnectionListener;

/** What a resolver keeps: answers, which it renews, and connections, which it replaces. */
class DnsKeptTest {
  // ---- answers that are renewed ----

  /** On a machine that stands still the time may be over before: it is asked for then, too. */
  @EngineTest
  void anAnswerThatIsAskedForOftenIsRenewedBeforeItsTimeIsOver(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, (self, query) -> self.send(lasting(query)));
    final List<String> steps = new ArrayList<>();
    final DnsResolver resolver = bases.later(peer.resolver().trace(trace(steps)).build());
    final long begin = Streams.nanoTime(base);
    ask(base, resolver, "a.test").found();
    Streams.runFor(base, 2750);
    ask(base, resolver, "a.test").found();
    final DnsAnswer last = ask(base, resolver, "a.test").found();
    if (Streams.nanoTime(base) - begin < 3_000_000_000L) {
      assertThat(last.source()).isEqualTo(DnsAnswer.Source.CACHE);
      assertThat(steps).endsWith("CACHE a.test", "PREFETCH a.test", "UDP a.test");
    }
    Streams.run(base, () -> peer.queries.size() == 2);
    base.dispatch(); // a renewal keeps it alive until its reply
    assertThat(resolver.stats().replies()).isEqualTo(2);
  }

  /** One who joins a renewal and leaves does not end it. */
  @EngineTest
  void aRenewalGoesOnWhenOthersLeaveIt(final Bases bases) {
    final EventBase base = bases.base();
    final List<DnsMessage> held = new ArrayList<>();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (self.queries.size() > 1) {
                held.add(query);
              } else {
                self.send(lasting(query));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().build());
    ask(base, resolver, "a.test").found();
    Streams.runFor(base, 2750);
    ask(base, resolver, "a.test").found();
    start(resolver, "a.test"); // renews, or asks anew where the time is over on a slow machine
    Streams.run(base, () -> !held.isEmpty());
    final DnsPeer.Result<HostAddresses> joined = new DnsPeer.Result<>();
    final DnsRequest joining =
        resolver.addresses(
            "a.test", Hints.UNSPEC.family(Hints.Family.INET).with(Hints.Flag.NO_CACHE), joined);
    Streams.run(base, () -> resolver.stats().joined() == 1);
    joining.cancel();
    peer.send(lasting(held.get(0)));
    Streams.run(base, () -> resolver.stats().replies() == 2);
    assertThat(ask(base, resolver, "a.test").found().source()).isEqualTo(DnsAnswer.Source.CACHE);
    assertThat(resolver.stats().joined()).isOne();
    assertThat(peer.queries).hasSize(2);
    assertThat(joined.calls()).isZero();
  }

  /** Each look-up has its own deadline, also where it joins one that has nearly reached its own. */
  @EngineTest
  void aLookUpThatJoinsWaitsAsLongAsItMay(final Bases bases) {
    final EventBase base = bases.base();
    final long begin = Streams.nanoTime(base);
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (Streams.nanoTime(base) - begin >= 1_100_000_000L) { // the first one has given up
                self.send(right(query));
              }
            });
    final DnsResolver resolver =
        bases.later(
            peer.resolver()
                .options("timeout:0.3 attempts:20")
                .deadline(Duration.ofSeconds(1))
                .build());
    final DnsPeer.Result<DnsAnswer> first = start(resolver, "a.test");
    Streams.runFor(base, 600);
    final DnsPeer.Result<DnsAnswer> joined = start(resolver, "a.test");
    Streams.run(base, () -> first.calls() + joined.calls() == 2);
    assertThat(first.problems).extracting(DnsException::kind).containsExactly(Kind.TIMEOUT);
    assertThat(joined.found().records()).hasSize(1);
    assertThat(resolver.stats().joined()).isOne();
  }

  /** A renewal is no look-up of the program's, and ends with the resolver all the same. */
  @EngineTest
  void aResolverIsClosedWhileItRenews(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              if (self.queries.size() == 1) {
                self.send(lasting(query));
              }
            });
    final DnsResolver resolver = bases.later(peer.resolver().options("timeout:1").build());
    ask(base, resolver, "a.test").found();
    Streams.runFor(base, 2750);
    ask(base, resolver, "a.test").found();
    start(resolver, "a.test"); // renews, or asks anew where the time is over on a slow machine
    Streams.run(base, () -> peer.queries.size() == 2);
    resolver.close();
    base.dispatch();
    Streams.runFor(base, 1500);
    assertThat(peer.queries).hasSize(2);
  }

  // ---- what is kept ----

  /** Other servers may know more, and what was never asked is not known. */
  @EngineTest
  void otherServersAreAskedAnew(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer bad =
        new DnsPeer(bases, base, (self, query) -> self.send(DnsPeer.failure(query, Rcode.REFUSED)));
    final DnsPeer good = new DnsPeer(bases, base, RIGHT);
    final DnsResolver resolver = bases.later(DnsResolver.builder(base).servers().build());
    assertThat(ask(base, resolver, "a.test").problems.get(0).kind()).isEqualTo(Kind.NO_SERVERS);
    resolver.servers(List.of(bad.address()));
    assertThat(ask(base, resolver, "a.test").problems.get(0).kind()).isEqualTo(Kind.REFUSED);
    resolver.servers(List.of(good.address()));
    assertThat(ask(base, resolver, "a.test").found().records()).hasSize(1);
  }

  /** That there is nothing is kept as the zone says in which the name ends. */
  @EngineTest
  void nothingBehindAnAliasIntoAnotherZone(final Bases bases) {
    final EventBase base = bases.base();
    final RData.Soa start =
        new RData.Soa(name("ns.cdn.test"), name("root.cdn.test"), 1, 2, 3, 4, 60);
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) ->
                self.send(
                    reply(query)
                        .answer(
                            DnsRecord.of(
                                name("www.a.test"),
                                DnsType.CNAME,
                                60,
                                new RData.Name(name("x.cdn.test"))))
                        .authority(DnsRecord.of(name("cdn.test"), DnsType.SOA, 60, start))));
    final DnsResolver resolver = bases.later(peer.resolver().build());
    for (int i = 0; i < 2; i++) {
      assertThat(
              DnsPeer.start(resolver, "www.a.test", DnsType.AAAA)
                  .await(base)
                  .problems
                  .get(0)
                  .kind())
          .isEqualTo(Kind.NODATA);
    }
    assertThat(peer.queries).hasSize(1);
  }

  // ---- a connection over which nothing comes ----

  /** The system may take minutes to find that out. */
  @EngineTest
  void aSilentConnectionIsReplaced(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> connections = new ArrayList<>();
    final DnsResolver resolver =
        byTcp(
            bases,
            base,
            connections,
            self -> answerByTcp(self, self != connections.get(0)),
            "attempts:3");
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(start(resolver, "n" + i + ".test"));
      Streams.runFor(base, 50);
    }
    all.forEach(each -> each.await(base).found());
    assertThat(connections).hasSizeBetween(2, 3);
  }

  /** Each reply comes after the time of an attempt, over a connection that was replaced by then. */
  @EngineTest
  void aLateReplyOfASilentConnectionCounts(final Bases bases) {
    final EventBase base = bases.base();
    final List<BufferEvent> connections = new ArrayList<>();
    final DnsResolver resolver =
        byTcp(
            bases,
            base,
            connections,
            self -> {
              if (connections.size() == 2) {
                answerByTcp(connections.get(0), true);
              }
            },
            "attempts:2");
    start(resolver, "n.test").await(base).found();
    assertThat(connections).hasSize(2);
    Streams.run(base, () -> connections.get(0).hasEnded());
    assertThat(connections.get(1).hasEnded()).isFalse();
  }

  /** A resolver of one server by TCP, which waits 0.3 seconds for a reply. */
  private static DnsResolver byTcp(
      final Bases bases,
      final EventBase base,
      final List<BufferEvent> connections,
      final BufferEvent.DataCallback asked,
      final String attempts) {
    final ConnectionListener listener =
        Streams.serve(
            bases,
            base,
            BufferEvent.CLOSE_ON_FREE,
            stream -> {
              connections.add(stream);
              stream.setCallbacks(asked, null, null);
              stream.enable(Event.READ | Event.WRITE);
            });
    return bases.later(
        DnsResolver.builder(base)
            .servers((InetSocketAddress) listener.address())
            .options("use-vc timeout:0.3 " + attempts)
            .build());
  }

  private static void answerByTcp(final BufferEvent stream, final boolean answers) {
    while (stream.input().length() > 2) {
      final int length = (int) stream.input().getUnsigned(0, 2);
      stream.input().drain(2);
      final DnsMessage query = DnsMessage.read(ByteBuffer.wrap(stream.input().readBytes(length)));
      if (answers) {
        final byte[] reply = right(query).build().toBytes();
        stream.output().addInteger(reply.length, 2).add(reply);
      }
    }
  }

  private static DnsMessage.Builder lasting(final DnsMessage query) {
    return reply(query)
        .answer(DnsRecord.address(query.question().name(), 3, DnsPeer.ip("192.0.2.1")));
  }
}
