package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jevent.conformance.DnsPeer.name;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.DnsServer;
import org.jevent.dns.message.DnsMessage;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.Rcode;
import org.jevent.tls.TlsContext;

/** Names over TLS, RFC 7858. */
class DnsTlsTest {
  private static final int PADDING = 12;

  /** What was asked, and how long each query was. */
  private final List<DnsMessage> queries = new ArrayList<>();

  private DnsServer server(final Bases bases, final EventBase base) {
    return bases.later(
        DnsServer.builder(base)
            .udp(Streams.ANY_PORT)
            .tls(Streams.ANY_PORT, TlsKit.SUN_13::localhost)
            .handler(
                request -> {
                  queries.add(request.query());
                  request.answer(DnsPeer.a(request.name(), "192.0.2.1")).respond(Rcode.NOERROR);
                })
            .open());
  }

  private static DnsResolver resolver(
      final Bases bases, final EventBase base, final DnsServer server, final String name) {
    return resolver(bases, base, server.tlsAddress(), TlsKit.SUN_13.trusting(), name);
  }

  private static DnsResolver resolver(
      final Bases bases,
      final EventBase base,
      final InetSocketAddress server,
      final TlsContext context,
      final String name) {
    return bases.later(
        DnsResolver.builder(base)
            .servers(server)
            .options("timeout:2 attempts:2")
            .deadline(Duration.ofSeconds(8))
            .tls(context, name)
            .build());
  }

  /** The answer or the failure of a look-up. */
  private static Object lookUp(
      final EventBase base, final DnsResolver resolver, final String text) {
    final Object[] found = new Object[1];
    resolver.lookup(
        name(text), DnsType.A, (answer, failure) -> found[0] = failure == null ? answer : failure);
    Streams.run(base, 20, () -> found[0] != null);
    return found[0];
  }

  @EngineTest
  void queriesAreAnsweredOnOneConnectionAndHideTheirLength(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server = server(bases, base);
    final DnsResolver resolver = resolver(bases, base, server, "localhost");
    for (final String each : List.of("a.test", "a-much-longer-name.test")) {
      assertThat(((DnsAnswer) lookUp(base, resolver, each)).records()).hasSize(1);
    }
    assertThat(server.clients()).isEqualTo(1);
    for (final DnsMessage query : queries) {
      assertThat(query.edns().option(PADDING)).isNotNull();
      assertThat(query.toBytes().length % 128).isZero();
    }
  }

  /** The resolver closes a connection that rests, and makes another one for the next query. */
  @EngineTest
  void aConnectionThatHasRestedIsMadeAgain(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server = server(bases, base);
    final DnsResolver resolver =
        bases.later(
            DnsResolver.builder(base)
                .servers(server.tlsAddress())
                .tls(TlsKit.SUN_13.trusting(), "localhost")
                .options("tcp-idle-timeout:0.05")
                .build());
    for (final String each : List.of("a.test", "b.test", "c.test")) {
      assertThat(lookUp(base, resolver, each)).isInstanceOf(DnsAnswer.class);
      Streams.run(base, 20, () -> server.clients() == 0);
    }
    assertThat(queries).hasSize(3);
  }

  @EngineTest
  void theAddressCanBeTheNameOfTheCertificate(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server = server(bases, base);
    final DnsResolver resolver = resolver(bases, base, server, null);
    assertThat(lookUp(base, resolver, "a.test")).isInstanceOf(DnsAnswer.class);
  }

  @EngineTest
  void anotherNameIsRefusedAndNothingIsAskedInTheClear(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server = server(bases, base);
    final DnsResolver resolver = resolver(bases, base, server, "other.test");
    assertThat(lookUp(base, resolver, "a.test")).isInstanceOf(DnsException.class);
    assertThat(queries).isEmpty();
  }

  @EngineTest
  void aServerWithoutTlsIsNeverAskedInTheClear(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer plain =
        bases.later(
            DnsServer.builder(base)
                .tcp(Streams.ANY_PORT)
                .handler(
                    request -> {
                      queries.add(request.query());
                      request.respond(Rcode.NOERROR);
                    })
                .open());
    final DnsResolver resolver =
        resolver(bases, base, plain.tcpAddress(), TlsKit.SUN_13.trusting(), "localhost");
    assertThat(lookUp(base, resolver, "a.test")).isInstanceOf(DnsException.class);
    assertThat(queries).isEmpty();
  }

  /**
   * A certificate that cannot be had costs one connection, and neither a descriptor nor a server.
   */
  @EngineTest
  void aContextThatCannotBeHadClosesTheConnection(final Bases bases) {
    final EventBase base = bases.base();
    final DnsServer server =
        bases.later(
            DnsServer.builder(base)
                .tls(
                    Streams.ANY_PORT,
                    () -> {
                      throw new IllegalStateException("no certificate");
                    })
                .handler(request -> request.respond(Rcode.NOERROR))
                .open());
    final DnsResolver resolver =
        resolver(bases, base, server.tlsAddress(), TlsKit.SUN_13.trusting(), "localhost");
    assertThat(lookUp(base, resolver, "a.test"))
        .isInstanceOfSatisfying(
            DnsException.class, problem -> assertThat(problem).hasMessageContaining("TRUNCATED"));
    assertThat(bases.exceptions).isNotEmpty();
    bases.exceptions.clear();
  }

  @EngineTest
  void aContextOfServersIsRefused(final Bases bases) {
    assertThatThrownBy(
            () -> DnsResolver.builder(bases.base()).tls(TlsKit.SUN_13.localhost(), "localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("server");
  }
}
