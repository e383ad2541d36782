package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.DnsPeer.name;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.bufferevent.SocketBufferEvent;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsHandler;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.DnsServerLimits;
import org.jevent.dns.DnsServerRequest;
import org.jevent.dns.DnsZone;
import org.jevent.dns.ZoneFile;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Edns;
import org.jevent.dns.message.RData;
import org.jevent.dns.message.Rcode;
import org.jevent.net.NetSocket;

/** A name server, by UDP and TCP. */
class DnsServerTest {
  private static final String ZONE =
      """
      $TTL 1h
      @      SOA ns root ( 1 2h 3 4 ; a comment
                           60 )
             NS  ns
      ns     A   192.0.2.53
      www 60 IN A 192.0.2.1
             AAAA 2001:db8::1
      alias  CNAME www
      away   CNAME other.example.
      *.wild TXT "any name" two
      digits TXT "\\195\\188\\"\\\\ x"
      deep.empty MX 10 www
      loop   CNAME loop
      _s._tcp SRV 1 2 80 www
      """;

  private static final DnsHandler RIGHT =
      request -> request.answer(DnsPeer.a(request.name(), "192.0.2.1")).respond(Rcode.NOERROR);

  private record Fixture(Bases bases, EventBase base, DnsServer server) {
    /** Sends a datagram and waits for what comes back, or null. */
    DnsMessage exchange(final byte... bytes) {
      final NetSocket socket = bases.later(base.sockets().datagram(Streams.ANY_PORT));
      socket.send(ByteBuffer.wrap(bytes), server.udpAddress());
      final ByteBuffer room = ByteBuffer.allocate(65_535);
      final long end = System.nanoTime() + 2_000_000_000L;
      final long handled = server.handled() + server.dropped();
      while (socket.receive(room) == null) {
        base.loop(EventBase.LOOP_NONBLOCK);
        if (System.nanoTime() > end || server.handled() + server.dropped() > handled) {
          base.loop(EventBase.LOOP_NONBLOCK);
          base.loop(EventBase.LOOP_NONBLOCK);
          if (socket.receive(room) == null) {
            return null;
          }
          break;
        }
      }
      return DnsMessage.read(room.flip());
    }

    DnsMessage exchange(final DnsMessage.Builder query) {
      return exchange(query.build().toBytes());
    }
  }

  private static Fixture open(
      final Bases bases, final DnsServerLimits limits, final DnsHandler handler) {
    final EventBase base = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .udp(Streams.ANY_PORT)
                .tcp(Streams.ANY_PORT)
                .limits(limits)
                .handler(handler)
                .open());
    return new Fixture(bases, base, server);
  }

  private static Fixture open(final Bases bases, final DnsHandler handler) {
    return open(bases, DnsServerLimits.DEFAULT, handler);
  }

  private static DnsMessage.Builder query(final String text) {
    return DnsMessage.query(name(text), DnsType.A).id(99);
  }

  @EngineTest
  void whatIsNoQueryIsAnsweredWithoutTheHandler(final Bases bases) {
    final List<DnsServerRequest> handled = new ArrayList<>();
    final Fixture fixture = open(bases, handled::add);
    assertThat(fixture.exchange(query("a.test").flag(DnsMessage.QR, true))).isNull();
    assertThat(fixture.exchange(new byte[5])).isNull();
    for (int opcode = 1; opcode < 16; opcode++) {
      final DnsMessage reply = fixture.exchange(query("a.test").opcode(opcode));
      assertThat(reply.rcode()).isEqualTo(Rcode.NOTIMP);
      assertThat(reply.opcode()).isEqualTo(opcode);
    }
    final DnsQuestion second = new DnsQuestion(name("b.test"), DnsType.A);
    assertThat(fixture.exchange(query("a.test").question(second)).rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(fixture.exchange(new DnsMessage.Builder()).rcode()).isEqualTo(Rcode.FORMERR);
    final DnsQuestion chaos = new DnsQuestion(name("version.bind"), DnsType.TXT, DnsRecord.CH);
    assertThat(fixture.exchange(new DnsMessage.Builder().question(chaos)).rcode())
        .isEqualTo(Rcode.REFUSED);
    final DnsMessage version =
        fixture.exchange(query("a.test").edns(new Edns(1232, 1, false, List.of())));
    assertThat(version.rcode()).isEqualTo(Rcode.BADVERS);
    final byte[] broken = query("a.test").build().toBytes();
    assertThat(fixture.exchange(java.util.Arrays.copyOf(broken, broken.length - 3)).rcode())
        .isEqualTo(Rcode.FORMERR);
    assertThat(fixture.exchange(java.util.Arrays.copyOf(broken, broken.length + 3)).rcode())
        .isEqualTo(Rcode.FORMERR);
    assertThat(fixture.exchange(DnsMessage.query(name("a"), DnsType.AXFR)).rcode())
        .isEqualTo(Rcode.REFUSED);
    assertThat(handled).isEmpty();
  }

  @EngineTest
  void theQuestionIsEchoedAndTheReplyMatches(final Bases bases) {
    final Fixture fixture = open(bases, RIGHT);
    final DnsMessage reply = fixture.exchange(query("MiXed.test").edns(new Edns(4096)));
    assertThat(reply.id()).isEqualTo(99);
    assertThat(reply.question().name().equalsExactly(name("MiXed.test"))).isTrue();
    assertThat(reply.edns().udpSize()).isEqualTo(1232);
    assertThat(reply.answers()).hasSize(1);
    assertThat(fixture.exchange(query("a.test")).edns()).isNull();
  }

  @EngineTest
  void whatIsTooLongIsCutAndComesByTcp(final Bases bases) {
    final Fixture fixture =
        open(
            bases,
            request -> {
              for (int i = 0; i < 300; i++) {
                request.answer(DnsPeer.a(request.name(), "192.0." + i / 100 + "." + i % 100));
              }
              request.respond(Rcode.NOERROR);
            });
    for (final int size : new int[] {0, 511, 512, 1232, 65_535}) {
      final DnsMessage reply = fixture.exchange(query("a.test").edns(new Edns(size)));
      assertThat(reply.has(DnsMessage.TC)).isTrue();
      assertThat(reply.answers()).isEmpty();
      assertThat(reply.edns()).isNotNull();
    }
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(fixture.base)
                .servers(fixture.server.tcpAddress())
                .options("use-vc")
                .build());
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    resolver.lookup("a.test", DnsType.A, result);
    assertThat(result.await(fixture.base).found().records()).hasSize(300);
  }

  @EngineTest
  void repliesByTcpMayComeInAnyOrder(final Bases bases) {
    final List<DnsServerRequest> requests = new ArrayList<>();
    final Fixture fixture = open(bases, requests::add);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(fixture.base)
                .servers(fixture.server.tcpAddress())
                .options("use-vc")
                .build());
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
      resolver.lookup("n" + i + ".test", DnsType.A, result);
      all.add(result);
    }
    Streams.run(fixture.base, () -> requests.size() == 20);
    assertThat(fixture.server.clients()).isOne();
    for (int i = 19; i >= 0; i--) {
      final DnsServerRequest request = requests.get(i);
      request.answer(DnsPeer.a(request.name(), "192.0.2." + i)).respond(Rcode.NOERROR);
      request.respond(Rcode.SERVFAIL);
      request.drop();
    }
    Streams.run(fixture.base, () -> all.stream().allMatch(each -> each.calls() == 1));
    for (int i = 0; i < 20; i++) {
      assertThat(all.get(i).found().question().name()).isEqualTo(name("n" + i + ".test"));
      assertThat(all.get(i).found().addresses().get(0).getHostAddress()).isEqualTo("192.0.2." + i);
    }
  }

  @EngineTest
  void aConnectionThatIsClosedIsMadeAgain(final Bases bases) {
    final Fixture fixture = open(bases, DnsServerLimits.DEFAULT.idle(Duration.ofMillis(30)), RIGHT);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(fixture.base)
                .servers(fixture.server.tcpAddress())
                .options("use-vc")
                .build());
    for (int i = 0; i < 3; i++) {
      final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
      resolver.lookup("n" + i + ".test", DnsType.A, result);
      result.await(fixture.base).found();
      Streams.run(fixture.base, () -> fixture.server.clients() == 0);
    }
  }

  @EngineTest
  void byteForByteItIsUnderstoodAndSlowClientsEnd(final Bases bases) {
    final Fixture fixture =
        open(bases, DnsServerLimits.DEFAULT.message(Duration.ofMillis(200)), RIGHT);
    final byte[] message = query("a.test").build().toBytes();
    final ByteBuffer framed = ByteBuffer.allocate(message.length + 2);
    framed.putShort((short) message.length).put(message).flip();
    final SocketBufferEvent client = connect(fixture);
    while (framed.hasRemaining()) {
      client.write(new byte[] {framed.get()});
      fixture.base.loop(EventBase.LOOP_NONBLOCK);
    }
    Streams.run(fixture.base, () -> client.input().length() > 40);
    client.write(new byte[] {0});
    Streams.run(fixture.base, () -> fixture.server.clients() == 0);
    final SocketBufferEvent empty = connect(fixture);
    empty.write(new byte[] {0, 0});
    Streams.run(fixture.base, () -> fixture.server.clients() == 0);
  }

  private static SocketBufferEvent connect(final Fixture fixture) {
    final SocketBufferEvent client =
        fixture.bases.later(BufferEvent.socket(fixture.base, BufferEvent.CLOSE_ON_FREE));
    client.connect(fixture.server.tcpAddress());
    client.enable(Event.READ);
    Streams.run(fixture.base, () -> fixture.server.clients() > 0);
    return client;
  }

  @EngineTest
  void thereAreNoMoreClientsThanAllowed(final Bases bases) {
    final Fixture fixture = open(bases, DnsServerLimits.DEFAULT.clients(2), RIGHT);
    for (int i = 0; i < 3; i++) {
      connect(fixture);
    }
    Streams.run(fixture.base, () -> fixture.server.dropped() == 1);
    assertThat(fixture.server.clients()).isEqualTo(2);
  }

  @EngineTest
  void handlersMayFailBeSlowOrAnswerElsewhere(final Bases bases) throws InterruptedException {
    final Fixture failing =
        open(
            bases,
            request -> {
              throw new IllegalStateException("on purpose");
            });
    assertThat(failing.exchange(query("a.test")).rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(bases.exceptions).hasSize(1);
    final List<DnsServerRequest> kept = new ArrayList<>();
    final Fixture slow =
        open(bases, DnsServerLimits.DEFAULT.reply(Duration.ofMillis(30)), kept::add);
    assertThat(slow.exchange(query("a.test"))).isNull();
    Streams.run(slow.base, () -> slow.server.dropped() == 1);
    kept.get(0).respond(Rcode.NOERROR);
    final Fixture thread = open(bases, kept::add);
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(thread.base).servers(thread.server.udpAddress()).build());
    resolver.lookup("b.test", DnsType.A, result);
    Streams.run(thread.base, () -> kept.size() == 2);
    final Thread other = new Thread(() -> RIGHT.handle(kept.get(1)));
    other.start();
    result.await(thread.base).found();
    other.join();
    thread.server.close();
    kept.get(1).respond(Rcode.NOERROR);
  }

  @EngineTest
  void repliesToOneNetworkAreLimited(final Bases bases) {
    final Fixture fixture = open(bases, DnsServerLimits.DEFAULT.repliesPerSecond(2), RIGHT);
    final UnaryOperator<DnsMessage> ask = last -> fixture.exchange(query("a.test"));
    assertThat(ask.apply(null).answers()).hasSize(1);
    assertThat(ask.apply(null).answers()).hasSize(1);
    assertThat(ask.apply(null)).isNull();
    assertThat(ask.apply(null).has(DnsMessage.TC)).isTrue();
  }

  /** Ten a second: a second may end within the test, and another one begin. */
  @EngineTest
  void repliesToWhatIsNoMessageAreLimited(final Bases bases) {
    final Fixture fixture = open(bases, RIGHT);
    final byte[] broken = Arrays.copyOf(query("a.test").build().toBytes(), 14);
    int replies = 0;
    for (int i = 0; i < 60; i++) {
      final DnsMessage reply = fixture.exchange(broken);
      if (reply != null) {
        assertThat(reply.rcode()).isEqualTo(Rcode.FORMERR);
        replies++;
      }
    }
    assertThat(replies).isBetween(10, 50);
    assertThat(fixture.server.dropped()).isEqualTo(60 - replies);
    assertThat(fixture.exchange(query("a.test")).answers()).hasSize(1);
  }

  @EngineTest
  void aZoneAnswersAsItsFileSays(final Bases bases) {
    final Fixture fixture = open(bases, ZoneFile.parse(ZONE, name("z.test")));
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(fixture.base).servers(fixture.server.udpAddress()).build());
    assertThat(look(fixture, resolver, "www.z.test", DnsType.A).found().ttl()).isEqualTo(60);
    final DnsAnswer alias = look(fixture, resolver, "alias.z.test", DnsType.AAAA).found();
    assertThat(alias.canonicalName()).isEqualTo(name("www.z.test"));
    assertThat(look(fixture, resolver, "x.y.wild.z.test", DnsType.TXT).found().records().get(0))
        .hasToString("x.y.wild.z.test. 3600 IN TXT \"any name\" \"two\"");
    final DnsRecord digits =
        look(fixture, resolver, "digits.z.test", DnsType.TXT).found().records().get(0);
    assertThat(((RData.Txt) digits.data()).text()).isEqualTo("\u00fc\"\\ x");
    assertThat(look(fixture, resolver, "z.test", DnsType.SOA).found().records()).hasSize(1);
    assertThat(look(fixture, resolver, "_s._tcp.z.test", DnsType.SRV).found().records()).hasSize(1);
    assertThat(look(fixture, resolver, "no.z.test", DnsType.A).kind()).isEqualTo(Kind.NXDOMAIN);
    assertThat(look(fixture, resolver, "empty.z.test", DnsType.A).kind()).isEqualTo(Kind.NODATA);
    assertThat(look(fixture, resolver, "www.z.test", DnsType.MX).kind()).isEqualTo(Kind.NODATA);
    assertThat(look(fixture, resolver, "loop.z.test", DnsType.A).kind()).isEqualTo(Kind.LOOP);
    assertThat(look(fixture, resolver, "elsewhere.test", DnsType.A).kind()).isEqualTo(Kind.REFUSED);
    final long before = fixture.server.handled();
    look(fixture, resolver, "no.z.test", DnsType.A);
    assertThat(fixture.server.handled()).isEqualTo(before);
  }

  private static DnsPeer.Result<DnsAnswer> look(
      final Fixture fixture, final DnsResolver resolver, final String name, final DnsType type) {
    final DnsPeer.Result<DnsAnswer> result = new DnsPeer.Result<>();
    resolver.lookup(name, type, result);
    return result.await(fixture.base);
  }

  @EngineTest
  void wrongZonesAreRefused(final Bases bases) {
    final DnsName origin = name("z.test");
    for (final String bad :
        List.of("www A", "www A 1.2.3", "www NOTYPE x", "a A 1.1.1.1 (", "x.")) {
      assertThatThrownBy(() -> ZoneFile.parse(bad, origin))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 1");
    }
    assertThatThrownBy(() -> new DnsZone(origin).add(DnsPeer.a(name("a.test"), "192.0.2.1")))
        .isInstanceOf(IllegalArgumentException.class);
    final InetSocketAddress taken = open(bases, RIGHT).server.udpAddress();
    assertThatThrownBy(() -> DnsServer.builder(bases.latest()).udp(taken).handler(RIGHT).open())
        .isInstanceOf(org.jevent.error.ErrnoException.class);
  }

  /** NSID, RFC 5001. */
  @EngineTest
  void aServerSaysWhichItIsToThoseWhoAsk(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .udp(Streams.ANY_PORT)
                .nsid("ns7".getBytes(StandardCharsets.US_ASCII))
                .handler(RIGHT)
                .open());
    final Fixture fixture = new Fixture(bases, base, server);
    final Edns.Option asks = new Edns.Option(Edns.NSID, RData.Bytes.of());
    final DnsMessage named =
        fixture.exchange(query("a.test").edns(new Edns(1232, 0, false, List.of(asks))));
    assertThat(named.edns().option(Edns.NSID))
        .isEqualTo(RData.Bytes.of("ns7".getBytes(StandardCharsets.US_ASCII)));
    final DnsMessage unasked = fixture.exchange(query("a.test").edns(new Edns(1232)));
    assertThat(unasked.edns().option(Edns.NSID)).isNull();
    assertThat(fixture.exchange(query("a.test")).edns()).isNull();
  }
}
