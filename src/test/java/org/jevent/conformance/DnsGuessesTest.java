package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.message.DnsMessage;

/** Datagrams of one who knows the port of a query, and guesses its id. */
class DnsGuessesTest {
  private static final int LIMIT = 8;
  private static final int LOOK_UPS = 24;

  /** A reply that would be believed with the right id. */
  private static DnsMessage.Builder guess(final DnsMessage query, final int number) {
    return DnsPeer.reply(query)
        .id(query.id() + 1 + number & 0xffff)
        .answer(a(query.question().name(), "6.6.6.6"));
  }

  private static DnsPeer.Script guesses(final int count, final DnsPeer.Script then) {
    return (peer, query) -> {
      for (int i = 0; i < count; i++) {
        peer.send(guess(query, i));
      }
      then.answer(peer, query);
    };
  }

  private static String text(final DnsPeer.Result<DnsAnswer> result) {
    assertThat(result.calls()).isOne();
    return result.found().addresses().get(0).getHostAddress();
  }

  @EngineTest
  void wrongIdsInGreatNumberLeadToTcp(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, guesses(LIMIT, DnsPeer.SILENT));
    peer.serveTcp(bases);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.7");
    assertThat(peer.queries).hasSize(1);
    assertThat(resolver.stats().tcpQueries()).isOne();
    assertThat(resolver.stats().timeouts()).isZero();
  }

  /** The socket is closed with the last one that counts, and so the others cost nothing here. */
  @EngineTest
  void noMoreThanTheFirstOfAFloodAreReceived(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, guesses(5 * LIMIT, DnsPeer.RIGHT));
    peer.serveTcp(bases);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.7");
    assertThat(resolver.stats().mismatches()).isEqualTo(LIMIT);
    assertThat(resolver.stats().openSockets()).isZero();
  }

  @EngineTest
  void aFewWrongIdsAreWaitedOut(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, guesses(LIMIT - 1, DnsPeer.RIGHT));
    peer.serveTcp(bases);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.1");
    assertThat(resolver.stats().mismatches()).isEqualTo(LIMIT - 1);
    assertThat(resolver.stats().tcpQueries()).isZero();
  }

  /** Whatever is wrong about them, they count together. */
  @EngineTest
  void wrongIdsAndWrongQuestionsCountTogether(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            guesses(
                LIMIT - 1,
                (self, query) -> self.send(right(query).opcode(4)))); // another opcode, right id
    peer.serveTcp(bases);
    final DnsResolver resolver = bases.later(peer.resolver().build());
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.7");
    assertThat(resolver.stats().tcpQueries()).isOne();
  }

  /** There is no TCP to go on with: the next try has another port, which has to be found anew. */
  @EngineTest
  void withoutTcpTheNextTryHasAnotherPort(final Bases bases) {
    final EventBase base = bases.base();
    final Set<SocketAddress> askers = new HashSet<>();
    final DnsPeer peer =
        new DnsPeer(
            bases,
            base,
            (self, query) -> {
              askers.add(self.asker());
              final boolean first = self.queries.size() == 1;
              (first ? guesses(LIMIT, DnsPeer.SILENT) : DnsPeer.RIGHT).answer(self, query);
            });
    final DnsResolver resolver = bases.later(peer.resolver().options("timeout:9").build());
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.1");
    assertThat(peer.queries).hasSize(2);
    assertThat(askers).hasSize(2);
    assertThat(resolver.stats().timeouts()).isZero();
  }

  /** One who guesses each time, where there is no TCP, has no more chances than there are tries. */
  @EngineTest
  void withoutTcpTheGuessesAreBounded(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, guesses(3 * LIMIT, DnsPeer.SILENT));
    final DnsResolver resolver =
        bases.later(peer.resolver().options("timeout:9 attempts:4").build());
    assertThat(ask(base, resolver, "a.test").kind()).isEqualTo(Kind.NO_SERVERS);
    assertThat(peer.queries).hasSize(4);
    assertThat(resolver.stats().mismatches()).isEqualTo(4 * LIMIT);
  }

  private record Held(DnsMessage query, SocketAddress asker) {}

  /** Many look-ups at once, of a server that has all their queries and has answered none. */
  private static final class Crowd {
    final List<Held> held = new ArrayList<>();
    final List<DnsPeer.Result<DnsAnswer>> results = new ArrayList<>();
    final DnsPeer peer;
    final DnsResolver resolver;

    Crowd(final Bases bases, final EventBase base) {
      peer = new DnsPeer(bases, base, (self, query) -> held.add(new Held(query, self.asker())));
      peer.serveTcp(bases);
      resolver = bases.later(peer.resolver().options("timeout:9").build());
      for (int i = 0; i < LOOK_UPS; i++) {
        results.add(start(resolver, "n" + i + ".test"));
      }
      Streams.run(base, () -> held.size() == LOOK_UPS);
    }
  }

  /** Not only the oldest: the port that is known is that of all of them. */
  @EngineTest
  void allQueriesOfTheSocketGoOnByTcp(final Bases bases) {
    final EventBase base = bases.base();
    final Crowd crowd = new Crowd(bases, base);
    final Set<Integer> ids = new HashSet<>();
    crowd.held.forEach(each -> ids.add(each.query.id()));
    final Set<SocketAddress> askers = new HashSet<>();
    for (final Held each : crowd.held) {
      if (askers.add(each.asker)) {
        int sent = 0;
        for (int id = 0; sent < LIMIT; id++) {
          if (!ids.contains(id)) {
            crowd.peer.send(right(each.query).id(id), each.asker);
            sent++;
          }
        }
        final int sockets = askers.size();
        Streams.run(base, () -> crowd.resolver.stats().mismatches() == (long) sockets * LIMIT);
      }
    }
    assertThat(askers.size()).isBetween(2, LOOK_UPS - 1); // some share a socket
    assertThat(crowd.resolver.stats().openSockets()).isZero();
    Streams.run(base, () -> crowd.results.stream().allMatch(each -> each.calls() == 1));
    crowd.results.forEach(each -> assertThat(text(each)).isEqualTo("192.0.2.7"));
    assertThat(crowd.resolver.stats().tcpQueries()).isEqualTo(LOOK_UPS);
  }

  /**
   * Replies that come twice, or late, have the id of a query that was there, and so are no guess.
   */
  @EngineTest
  void repliesThatComeAgainAreNoGuesses(final Bases bases) {
    final EventBase base = bases.base();
    final Crowd crowd = new Crowd(bases, base);
    final Set<SocketAddress> askers = new HashSet<>();
    crowd.held.forEach(each -> askers.add(each.asker));
    assertThat(askers.size()).isLessThan(LOOK_UPS); // some share a socket
    for (int i = 0; i < LOOK_UPS; i++) {
      for (int j = 0; j <= LIMIT; j++) {
        crowd.peer.send(right(crowd.held.get(i).query), crowd.held.get(i).asker);
      }
      final long again = (i + 1L) * LIMIT;
      Streams.run(base, () -> crowd.resolver.stats().mismatches() == again);
    }
    crowd.results.forEach(each -> assertThat(text(each)).isEqualTo("192.0.2.1"));
    assertThat(crowd.resolver.stats().tcpQueries()).isZero();
  }
}
