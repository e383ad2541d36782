package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.net.NetSocket;
import org.jevent.tls.ClientAuth;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError.Kind;

/** What the two ends agree on: protocols (ALPN), names (SNI), sessions. */
class TlsChoiceTest {
  private static TlsContext client(final TlsKit.Kind kind, final String... protocols) {
    return TlsKit.made(
        () -> kind.client().trust(TlsKit.AUTHORITY_FILE).applicationProtocols(protocols).build());
  }

  private static TlsContext.Builder server(final TlsKit.Kind kind) {
    return TlsKit.made(() -> kind.server().identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE));
  }

  @TlsEngineTest
  void theServersBestProtocolIsChosen(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext server =
        TlsKit.made(() -> server(kind).applicationProtocols("h2", "http/1.1").build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client(kind, "http/1.1", "h2"), server);
    ends.open(base);
    assertThat(Tls.of(ends.client).applicationProtocol()).isEqualTo("h2");
    assertThat(Tls.of(ends.server).applicationProtocol()).isEqualTo("h2");
    final TlsKit.Ends none = TlsKit.ends(bases, base, kind.trusting(), server);
    none.open(base);
    assertThat(Tls.of(none.server).applicationProtocol()).isEmpty();
    assertThat(Tls.of(none.client).applicationProtocol()).isEmpty();
  }

  @TlsEngineTest
  void aSelectorChoosesOrRefuses(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final AtomicReference<String> choice = new AtomicReference<>("b");
    final TlsContext server =
        TlsKit.made(
            () -> server(kind).applicationProtocolSelector(offered -> choice.get()).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client(kind, "a", "b"), server);
    ends.open(base);
    assertThat(Tls.of(ends.client).applicationProtocol()).isEqualTo("b");
    choice.set("");
    final TlsKit.Ends none = TlsKit.ends(bases, base, client(kind, "a", "b"), server);
    none.open(base);
    assertThat(Tls.of(none.client).applicationProtocol()).isEmpty();
  }

  private static void refusesTheProtocols(
      final Bases bases, final TlsKit.Kind kind, final TlsContext.Builder server) {
    final EventBase base = bases.base();
    final TlsContext made = TlsKit.made(server::build);
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client(kind, "a", "b"), made);
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty());
    assertThat(ends.clientEvents).containsExactly("ERROR");
    assertThat(ends.serverEvents).containsExactly("ERROR");
    assertThat(Tls.of(ends.server).error().alert()).isEqualTo("no_application_protocol");
    assertThat(Tls.of(ends.server).error().fromPeer()).isFalse();
    assertThat(Tls.of(ends.client).error().alert()).isEqualTo("no_application_protocol");
    assertThat(Tls.of(ends.client).error().fromPeer()).isTrue();
    TlsKit.ends(bases, base, kind.trusting(), made).open(base); // one that offers nothing
  }

  @TlsEngineTest
  void withoutOverlapThereIsAnAlert(final Bases bases, final TlsKit.Kind kind) {
    refusesTheProtocols(bases, kind, server(kind).applicationProtocols("other", "aa"));
  }

  @TlsEngineTest
  void aSelectorRefusesWithNullAndWithWhatWasNotOffered(final Bases bases, final TlsKit.Kind kind) {
    refusesTheProtocols(bases, kind, server(kind).applicationProtocolSelector(offered -> null));
    refusesTheProtocols(bases, kind, server(kind).applicationProtocolSelector(offered -> "c"));
  }

  @TlsEngineTest
  void theNameAndTheProtocolAreChosenOfOneHello(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext named = TlsKit.made(() -> server(kind).applicationProtocols("h2").build());
    final TlsContext server = TlsKit.made(() -> TlsContext.server().sni(name -> named).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client(kind, "x", "h2"), server);
    ends.open(base);
    assertThat(Tls.of(ends.client).applicationProtocol()).isEqualTo("h2");
    final TlsKit.Ends refused = TlsKit.ends(bases, base, client(kind, "x"), server);
    Streams.run(base, () -> !refused.clientEvents.isEmpty());
    assertThat(Tls.of(refused.client).error().alert()).isEqualTo("no_application_protocol");
  }

  /** What a program's function throws is its own failure, not a fault of the client. */
  @TlsEngineTest
  void aChoiceThatThrowsEndsTheHandshake(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext server =
        TlsKit.made(
            () ->
                server(kind)
                    .sni(
                        name -> {
                          throw new IllegalStateException("no table of hosts");
                        })
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server);
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty());
    assertThat(ends.serverEvents).containsExactly("ERROR");
    assertThat(Tls.of(ends.server).error().cause()).hasMessage("no table of hosts");
    assertThat(Tls.of(ends.client).error().alert()).isEqualTo("internal_error");
  }

  @TlsEngineTest
  void aContextOfClientsIsNoChoice(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext server = TlsKit.made(() -> server(kind).sni(name -> kind.trusting()).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server);
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty());
    assertThat(Tls.of(ends.server).error().cause()).hasMessageEndingWith("is a client's");
    assertThat(Tls.of(ends.client).error().alert()).isEqualTo("internal_error");
  }

  private static TlsContext named(final TlsKit.Kind kind, final String name) throws Exception {
    final Certificates.Identity identity =
        Certificates.signed(name, new Certificates.Wish().dns(name), TlsKit.AUTHORITY);
    return kind.server()
        .identity(identity.chain(TlsKit.FOLDER), identity.key(TlsKit.FOLDER))
        .build();
  }

  @TlsEngineTest
  void theNameChoosesTheContext(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final EventBase base = bases.base();
    final Map<String, TlsContext> hosts =
        Map.of("a.test", named(kind, "a.test"), "b.test", named(kind, "b.test"));
    final TlsContext server =
        TlsContext.server().sni(name -> name == null ? null : hosts.get(name)).build();
    final TlsContext client = kind.trusting();
    for (final String host : hosts.keySet()) {
      final TlsKit.Ends ends = TlsKit.ends(bases, base, client, server);
      Tls.of(ends.client).peer(host, 443);
      ends.open(base);
      assertThat(Tls.of(ends.server).serverName()).isEqualTo(host);
    }
    final TlsKit.Ends unknown = TlsKit.ends(bases, base, client, server);
    Tls.of(unknown.client).peer("c.test", 443);
    Streams.run(base, () -> !unknown.clientEvents.isEmpty() && !unknown.serverEvents.isEmpty());
    assertThat(unknown.serverEvents).containsExactly("ERROR");
    assertThat(unknown.clientEvents).containsExactly("ERROR");
    assertThat(Tls.of(unknown.client).error().kind()).isEqualTo(Kind.ALERT_RECEIVED);
    assertThat(Tls.of(unknown.client).error().alert()).isEqualTo("unrecognized_name");
  }

  @EngineTest
  void sessionsAreResumed(final Bases bases) {
    for (final TlsKit.Kind kind : new TlsKit.Kind[] {TlsKit.SUN_13, TlsKit.SUN_12}) {
      final TlsContext client = kind.trusting();
      final TlsContext server = kind.localhost();
      final EventBase base = bases.base();
      final long first = created(bases, base, client, server);
      Streams.runFor(base, 30);
      final EventBase other = bases.base();
      assertThat(created(bases, other, client, server)).as("across bases").isEqualTo(first);
      assertThat(created(bases, base, client, kind.localhost()))
          .as("another context's tickets are of no use")
          .isNotEqualTo(first);
    }
  }

  private static long created(
      final Bases bases, final EventBase base, final TlsContext client, final TlsContext server) {
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client, server);
    Tls.of(ends.client).peer("localhost", 443);
    ends.open(base);
    ends.server.write(TlsKit.bytes("x"));
    Streams.run(base, () -> ends.client.input().length() == 1);
    final long created = Tls.of(ends.client).session().getCreationTime();
    ends.client.close();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    return created;
  }

  /** Connections that are open keep the context that they have begun with. */
  @TlsEngineTest
  void certificatesAreReplacedWhileListening(final Bases bases, final TlsKit.Kind kind)
      throws Exception {
    final EventBase base = bases.base();
    final AtomicReference<TlsContext> current = new AtomicReference<>(kind.localhost());
    final TlsKit.Ends before = TlsKit.ends(bases, base, kind.trusting(), current.get());
    before.open(base);
    assertThatThrownBy(
            () -> current.set(kind.server().identity(TlsKit.KEY_FILE, TlsKit.KEY_FILE).build()))
        .hasMessageContaining("no certificate");
    final Certificates.Identity renewed =
        Certificates.signed("renewed", new Certificates.Wish().dns("localhost"), TlsKit.AUTHORITY);
    current.set(
        kind.server().identity(renewed.chain(TlsKit.FOLDER), renewed.key(TlsKit.FOLDER)).build());
    final TlsKit.Ends after = TlsKit.ends(bases, base, kind.trusting(), current.get());
    after.open(base);
    assertThat(Tls.of(after.client).session().getPeerPrincipal().getName()).isEqualTo("CN=renewed");
    before.client.write(TlsKit.bytes("still"));
    Streams.run(base, () -> before.server.input().length() == 5);
  }

  @TlsEngineTest
  void anEngineThatIsOpenGoesOnElsewhere(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] below = Streams.pair(bases, base, BufferEvent.CLOSE_ON_FREE);
    final BufferEvent near =
        bases.later(Tls.filter(below[0], kind.trusting(), Tls.State.CONNECTING, 0));
    Tls.of(near).peer("localhost", -1);
    final TlsKit.Ends ends =
        new TlsKit.Ends(
            near, bases.later(Tls.filter(below[1], kind.localhost(), Tls.State.ACCEPTING, 0)));
    ends.open(base);
    Streams.runFor(base, 20);
    final SSLEngine one = Tls.of(ends.client).engine();
    final SSLEngine other = Tls.of(ends.server).engine();
    ends.client.close();
    ends.server.close();
    final TlsKit.Ends again =
        new TlsKit.Ends(
            bases.later(Tls.filter(below[0], one, Tls.State.OPEN, BufferEvent.CLOSE_ON_FREE)),
            bases.later(Tls.filter(below[1], other, Tls.State.OPEN, BufferEvent.CLOSE_ON_FREE)));
    again.client.write(TlsKit.bytes("goes on"));
    Streams.run(base, () -> again.server.input().length() == 7);
    again.client.close();
    Streams.run(base, () -> !again.serverEvents.isEmpty());
    assertThat(again.serverEvents).as("no CONNECTED").containsExactly("READING|EOF");
  }

  @EngineTest
  void bothEndsNegotiateAgain(final Bases bases) throws Exception {
    final EventBase base = bases.base();
    final TlsContext server = server(TlsKit.SUN_12).peerRenegotiations(1).build();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, TlsKit.SUN_12.trusting(), server);
    ends.open(base);
    Tls.of(ends.client).renegotiate();
    ends.client.write(TlsKit.bytes("after"));
    ends.server.write(TlsKit.bytes("back"));
    Streams.run(base, () -> ends.server.input().length() == 5 && ends.client.input().length() == 4);
    assertThat(ends.serverEvents).isEmpty();
    assertThat(ends.clientEvents).isEmpty();
    Tls.of(ends.client).renegotiate();
    Streams.run(base, () -> !ends.serverEvents.isEmpty());
    assertThat(Tls.of(ends.server).error().kind()).isEqualTo(Kind.RENEGOTIATION);
  }

  @EngineTest
  void misuseIsRefused(final Bases bases) {
    final EventBase base = bases.base();
    final NetSocket socket = bases.pair(base)[0];
    final TlsContext client = TlsKit.SUN_13.trusting();
    assertThatThrownBy(() -> Tls.socket(base, socket, client, Tls.State.ACCEPTING, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ACCEPTING with the context of a client");
    assertThatThrownBy(() -> Tls.socket(base, socket, client, Tls.State.OPEN, 0))
        .isInstanceOf(IllegalArgumentException.class);
    final SSLEngine fresh = client.sslContext().createSSLEngine();
    assertThatThrownBy(() -> Tls.socket(base, socket, fresh, Tls.State.OPEN, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not over");
    assertThatThrownBy(() -> TlsContext.server().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no identity");
    assertThatThrownBy(() -> TlsContext.client().clientAuth(ClientAuth.REQUIRED))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Tls.of(bases.later(BufferEvent.socket(base, 0)))).isNull();
    final BufferEvent[] pair = BufferEvent.pair(base, 0);
    bases.later(pair[0]);
    bases.later(pair[1]);
    bases.later(Tls.filter(pair[0], client, Tls.State.CONNECTING, 0));
    assertThatThrownBy(() -> Tls.filter(pair[0], client, Tls.State.CONNECTING, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has a filter already");
  }
}
