package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.name;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.net.NetSocket;

/** What becomes of replies that other clients have believed, or have failed at. */
class DnsRepliesTest {
  private static final DnsName FOREIGN = name("foreign.test");

  private record Asked(EventBase base, DnsPeer peer, DnsResolver resolver) {
    DnsPeer.Result<DnsAnswer> a(final String name) {
      final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
      resolver.lookup(name, DnsType.A, result);
      return result.await(base);
    }
  }

  private static Asked ask(final Bases bases, final DnsPeer.Script script) {
    return ask(bases, "", script);
  }

  private static Asked ask(final Bases bases, final String options, final DnsPeer.Script script) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, script);
    return new Asked(base, peer, bases.later(peer.resolver().options(options).build()));
  }

  private static void isRight(final DnsPeer.Result<DnsAnswer> result) {
    assertThat(result.found().addresses())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("192.0.2.1");
    assertThat(result.calls()).isOne();
  }

  private static DnsMessage.Builder other(final DnsMessage query, final DnsQuestion question) {
    return new DnsMessage.Builder()
        .id(query.id())
        .flags(DnsMessage.QR)
        .question(question)
        .answer(DnsRecord.address(question.name(), 60, DnsPeer.ip("192.0.2.66")));
  }

  @EngineTest
  void aForeignOwnersAddressIsNoAnswer(final Bases bases) {
    final Asked asked =
        ask(bases, (peer, query) -> peer.send(reply(query).answer(a(FOREIGN, "6.6.6.6"))));
    assertThat(asked.a("a.test").kind()).isEqualTo(Kind.NODATA);
  }

  @EngineTest
  void aForeignAddressBesideTheRightOneIsLeftOut(final Bases bases) {
    isRight(
        ask(bases, (peer, query) -> peer.send(right(query).answer(a(FOREIGN, "6.6.6.6"))))
            .a("a.test"));
  }

  /** Who forges the alias alone chooses the name whose data is authentic. */
  @EngineTest
  void anAnswerIsAuthenticIfItsAliasesAre(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            "trust-ad",
            (peer, query) -> {
              final DnsName of = query.question().name();
              final boolean plain = of.isWithin(name("plain.test"));
              if (of.isWithin(name("target.test"))) {
                peer.send(right(query).flag(DnsMessage.AD, true));
              } else {
                peer.send(
                    reply(query)
                        .answer(DnsRecord.cname(of, 60, name("target.test")))
                        .flag(DnsMessage.AD, !plain));
              }
            });
    assertThat(asked.a("target.test").found().authentic()).isTrue();
    assertThat(asked.a("signed.test").found().authentic()).isTrue();
    assertThat(asked.a("plain.test").found().authentic()).isFalse();
  }

  @EngineTest
  void anAliasIsFollowedToItsOwnName(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              final DnsName name = query.question().name();
              peer.send(
                  name.equals(name("x.test"))
                      ? right(query)
                      : reply(query)
                          .answer(DnsRecord.cname(name, 60, name("x.test")))
                          .answer(a(name("y.test"), "6.6.6.6")));
            });
    final DnsPeer.Result<DnsAnswer> result = asked.a("a.test");
    isRight(result);
    assertThat(result.found().canonicalName()).isEqualTo(name("x.test"));
    assertThat(asked.peer.queries).hasSize(2);
  }

  @EngineTest
  void aWrongQuestionIsWaitedOut(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              peer.send(other(query, new DnsQuestion(FOREIGN, DnsType.A)));
              peer.later(right(query));
            });
    isRight(asked.a("a.test"));
    assertThat(asked.resolver.stats().mismatches()).isOne();
  }

  @EngineTest
  void aWrongTypeIsWaitedOut(final Bases bases) {
    isRight(
        ask(
                bases,
                (peer, query) -> {
                  peer.send(
                      new DnsMessage.Builder()
                          .id(query.id())
                          .flags(DnsMessage.QR)
                          .question(new DnsQuestion(query.question().name(), DnsType.AAAA)));
                  peer.later(right(query));
                })
            .a("a.test"));
  }

  @EngineTest
  void anotherPortIsNotTheServer(final Bases bases) {
    final NetSocket[] stranger = new NetSocket[1];
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              final DnsMessage forged =
                  reply(query).answer(a(query.question().name(), "6.6.6.6")).build();
              stranger[0].send(ByteBuffer.wrap(forged.toBytes()), peer.asker());
              peer.later(right(query));
            });
    stranger[0] = bases.later(asked.base.sockets().datagram(Streams.ANY_PORT));
    isRight(asked.a("a.test"));
  }

  /** Serves TCP beside the datagrams of a peer. */
  private static DnsServer tcp(final Bases bases, final Asked asked) {
    return bases.later(
        DnsServer.builder(asked.base)
            .tcp(asked.peer.address())
            .handler(
                request -> request.answer(a(request.name(), "192.0.2.1")).respond(Rcode.NOERROR))
            .open());
  }

  private static DnsMessage.Builder inOtherCase(final DnsMessage query, final String address) {
    final String text = query.question().name().toString();
    final String lower = text.toLowerCase(Locale.ROOT);
    final DnsName changed = name(text.equals(lower) ? text.toUpperCase(Locale.ROOT) : lower);
    return new DnsMessage.Builder()
        .id(query.id())
        .flags(DnsMessage.QR)
        .question(new DnsQuestion(changed, DnsType.A))
        .answer(a(changed, address));
  }

  @EngineTest
  void anotherCaseIsAskedByTcp(final Bases bases) {
    final Asked asked = ask(bases, (peer, query) -> peer.send(inOtherCase(query, "6.6.6.6")));
    tcp(bases, asked);
    isRight(asked.a("a.long.name.test"));
    assertThat(asked.resolver.stats().tcpQueries()).isOne();
    asked.a("another.name.test");
    final DnsName second = asked.peer.queries.get(1).question().name();
    assertThat(second.equalsExactly(second.toLowerCase())).isTrue();
  }

  @EngineTest
  void anotherOpcodeIsWaitedOut(final Bases bases) {
    isRight(
        ask(
                bases,
                (peer, query) -> {
                  peer.send(reply(query).opcode(4).answer(a(query.question().name(), "6.6.6.6")));
                  peer.later(right(query));
                })
            .a("a.test"));
  }

  private static byte[] withLength(final DnsMessage.Builder message, final int change) {
    final byte[] bytes = message.build().toBytes();
    bytes[bytes.length - 5] += (byte) change;
    return bytes;
  }

  @EngineTest
  void anAddressOfEightBytesIsWaitedOut(final Bases bases) {
    isRight(
        ask(
                bases,
                (peer, query) -> {
                  peer.send(java.util.Arrays.copyOf(withLength(right(query), 4), 100));
                  peer.later(right(query));
                })
            .a("a.test"));
  }

  @EngineTest
  void aCutRecordIsWaitedOut(final Bases bases) {
    isRight(
        ask(
                bases,
                (peer, query) -> {
                  final byte[] whole = right(query).build().toBytes();
                  peer.send(java.util.Arrays.copyOf(whole, whole.length - 2));
                  peer.later(right(query));
                })
            .a("a.test"));
  }

  @EngineTest
  void aServerWithoutExtensionsIsAskedWithoutThem(final Bases bases) {
    for (final boolean question : List.of(true, false)) {
      final Asked asked =
          ask(
              bases,
              (peer, query) -> {
                if (query.edns() == null) {
                  peer.send(right(query));
                } else if (question) {
                  peer.send(DnsPeer.failure(query, Rcode.FORMERR));
                } else {
                  peer.send(
                      new DnsMessage.Builder()
                          .id(query.id())
                          .flags(DnsMessage.QR)
                          .rcode(Rcode.FORMERR));
                }
              });
      isRight(asked.a("a.test"));
      assertThat(asked.peer.queries).hasSize(2);
      isRight(asked.a("b.test"));
      assertThat(asked.peer.queries).hasSize(3);
    }
  }

  @EngineTest
  void failuresAreSaidAtOnce(final Bases bases) {
    final List<Rcode> all = List.of(Rcode.SERVFAIL, Rcode.REFUSED, Rcode.NOTIMP, Rcode.FORMERR);
    final List<Kind> kinds = List.of(Kind.SERVFAIL, Kind.REFUSED, Kind.NOTIMP, Kind.FORMERR);
    for (int i = 0; i < all.size(); i++) {
      final Rcode rcode = all.get(i);
      final Asked asked =
          ask(
              bases,
              "edns-udp-size:512",
              (peer, query) -> peer.send(DnsPeer.failure(query, rcode)));
      assertThat(asked.a("a.test").kind()).isEqualTo(kinds.get(i));
      assertThat(asked.peer.queries).hasSize(1);
    }
  }

  @EngineTest
  void wrongRepliesInGreatNumberLeadToTcp(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              for (int i = 0; i < 8; i++) {
                peer.send(other(query, new DnsQuestion(FOREIGN, DnsType.A)));
              }
            });
    tcp(bases, asked);
    isRight(asked.a("a.test"));
    assertThat(asked.resolver.stats().tcpQueries()).isOne();
  }

  @EngineTest
  void anotherIdIsNoReplyAndNeitherIsAQuery(final Bases bases) {
    isRight(
        ask(
                bases,
                (peer, query) -> {
                  peer.send(right(query).id(query.id() ^ 1));
                  peer.send(right(query).flag(DnsMessage.QR, false));
                  peer.send(new byte[3]);
                  peer.later(right(query));
                })
            .a("a.test"));
  }

  @EngineTest
  void aSecondReplyChangesNothing(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              peer.send(right(query));
              peer.send(reply(query).answer(a(query.question().name(), "6.6.6.6")));
            });
    final DnsPeer.Result<DnsAnswer> result = asked.a("a.test");
    Streams.runFor(asked.base, 20);
    isRight(result);
  }

  @EngineTest
  void aliasesWithoutAnEndAreALoop(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) -> {
              final DnsName name = query.question().name();
              final DnsName next = name.equals(name("a.test")) ? name("b.test") : name("a.test");
              peer.send(reply(query).answer(DnsRecord.cname(name, 60, next)));
            });
    assertThat(asked.a("a.test").kind()).isEqualTo(Kind.LOOP);
  }

  @EngineTest
  void aChainInAnyOrderIsFollowed(final Bases bases) {
    final Asked asked =
        ask(
            bases,
            (peer, query) ->
                peer.send(
                    reply(query)
                        .answer(a(name("c.test"), "192.0.2.1"))
                        .answer(DnsRecord.cname(name("B.test"), 60, name("c.test")))
                        .answer(DnsRecord.cname(query.question().name(), 60, name("b.test")))));
    isRight(asked.a("a.test"));
    assertThat(asked.peer.queries).hasSize(1);
  }

  @EngineTest
  void aReplyThatWasCutIsAskedByTcp(final Bases bases) {
    final Asked asked =
        ask(bases, (peer, query) -> peer.send(reply(query).flag(DnsMessage.TC, true)));
    tcp(bases, asked);
    isRight(asked.a("a.test"));
  }

  @EngineTest
  void whereTcpIsRefusedWhatHasComeIsTaken(final Bases bases) {
    final Asked asked =
        ask(bases, (peer, query) -> peer.send(right(query).flag(DnsMessage.TC, true)));
    final DnsPeer.Result<DnsAnswer> result = asked.a("a.test");
    isRight(result);
    assertThat(result.found().partial()).isTrue();
    final Asked empty =
        ask(bases, (peer, query) -> peer.send(reply(query).flag(DnsMessage.TC, true)));
    assertThat(empty.a("a.test").kind()).isIn(Kind.TRUNCATED, Kind.NO_SERVERS);
  }
}
