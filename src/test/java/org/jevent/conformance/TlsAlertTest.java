package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.tls.ClientAuth;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;
import org.jevent.tls.TlsError.Kind;
import org.junit.jupiter.api.io.TempDir;

/** Each alert that can be provoked reaches the peer by its name, before the end of the stream. */
class TlsAlertTest {
  @TempDir Path folder;

  private static boolean failed(final List<String> events) {
    return events.stream().anyMatch(event -> event.contains("ERROR"));
  }

  private static void bothFail(final EventBase base, final TlsKit.Ends ends) {
    ends.client.setCallbacks(null, null, (self, what) -> ends(ends.clientEvents, self, what));
    ends.server.setCallbacks(null, null, (self, what) -> ends(ends.serverEvents, self, what));
    Streams.run(base, () -> failed(ends.clientEvents) && failed(ends.serverEvents));
  }

  /** The end that has found the fault closes at once, as programs do. */
  private static void ends(final List<String> events, final BufferEvent self, final int what) {
    events.add(Streams.text(what));
    if ((what & BufferEvent.ERROR) != 0) {
      final TlsError error = Tls.of(self).error();
      events.add(String.valueOf(error.alert()));
      if (!error.fromPeer()) {
        self.close();
      }
    }
  }

  /** What the finder has sent, if its name is known there, is what the other one has received. */
  private static void hears(
      final BufferEvent hearer, final BufferEvent finder, final String... names) {
    final TlsError heard = Tls.of(hearer).error();
    assertThat(heard.kind()).as("%s", heard).isEqualTo(Kind.ALERT_RECEIVED);
    assertThat(heard.fromPeer()).isTrue();
    assertThat(heard.alert()).isIn((Object[]) names);
    final TlsError found = Tls.of(finder).error();
    assertThat(found.fromPeer()).isFalse();
    assertThat(found.alert()).as("%s", found).isIn(null, heard.alert());
  }

  @TlsEngineTest
  void protocolVersion(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext other =
        TlsKit.made(
            () ->
                kind.client()
                    .trust(TlsKit.AUTHORITY_FILE)
                    .protocols(kind.is13() ? "TLSv1.2" : "TLSv1.3")
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, other, kind.localhost());
    bothFail(base, ends);
    hears(ends.client, ends.server, "protocol_version", "handshake_failure");
  }

  @TlsEngineTest
  void handshakeFailure(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    if (kind.is13()) {
      return; // the suites of 1.3 are not disjoint in every provider
    }
    final TlsContext near =
        TlsKit.made(
            () ->
                kind.client()
                    .trust(TlsKit.AUTHORITY_FILE)
                    .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
                    .build());
    final TlsContext far =
        TlsKit.made(
            () ->
                kind.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, near, far);
    bothFail(base, ends);
    hears(ends.client, ends.server, "handshake_failure");
  }

  private void refusesCertificate(
      final Bases bases,
      final TlsKit.Kind kind,
      final Certificates.Identity shown,
      final String... alerts) {
    final EventBase base = bases.base();
    final TlsContext server =
        TlsKit.made(() -> kind.server().identity(shown.chain(folder), shown.key(folder)).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server);
    bothFail(base, ends);
    hears(ends.server, ends.client, alerts);
    assertThat(Tls.of(ends.client).error().kind()).isIn(Kind.CERTIFICATE, Kind.HOSTNAME);
  }

  private static Certificates.Wish names() throws IOException {
    return new Certificates.Wish().dns("localhost");
  }

  @TlsEngineTest
  void certificates(final Bases bases, final TlsKit.Kind kind)
      throws GeneralSecurityException, IOException {
    final String[] alerts = {
      "certificate_unknown", "unknown_ca", "bad_certificate", "certificate_expired"
    };
    refusesCertificate(bases, kind, Certificates.selfSigned("self", names()), alerts);
    refusesCertificate(
        bases,
        kind,
        Certificates.signed(
            "expired", names().until(Instant.now().minus(Duration.ofHours(1))), TlsKit.AUTHORITY),
        alerts);
    refusesCertificate(
        bases,
        kind,
        Certificates.signed("other", new Certificates.Wish().dns("other"), TlsKit.AUTHORITY),
        alerts);
  }

  @TlsEngineTest
  void certificateRequired(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext server =
        TlsKit.made(
            () ->
                kind.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .trust(TlsKit.AUTHORITY_FILE)
                    .clientAuth(ClientAuth.REQUIRED)
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server);
    bothFail(base, ends);
    hears(
        ends.client,
        ends.server,
        kind.is13()
            ? new String[] {"certificate_required", "bad_certificate"}
            : new String[] {"bad_certificate", "handshake_failure"});
  }

  @TlsEngineTest
  void unrecognizedName(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext server = TlsKit.made(() -> TlsContext.server().sni(name -> null).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server);
    bothFail(base, ends);
    hears(ends.client, ends.server, "unrecognized_name");
  }

  @TlsEngineTest
  void noApplicationProtocol(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsContext near =
        TlsKit.made(
            () -> kind.client().trust(TlsKit.AUTHORITY_FILE).applicationProtocols("a").build());
    final TlsContext far =
        TlsKit.made(
            () ->
                kind.server()
                    .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                    .applicationProtocols("b")
                    .build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, near, far);
    bothFail(base, ends);
    hears(ends.client, ends.server, "no_application_protocol");
  }

  /** A message that does not belong there, or one that says less than it should. */
  @TlsEngineTest
  void messagesThatAreWrong(final Bases bases, final TlsKit.Kind kind) {
    final int messageType = 5;
    final int lengthOfSessionId = 5 + 4 + 2 + 32;
    for (final int at : new int[] {messageType, lengthOfSessionId}) {
      final EventBase base = bases.base();
      final TlsMiddle middle =
          TlsMiddle.onSockets(bases, base, kind)
              .bend(
                  (direction, before, bytes) -> {
                    if (direction == 0 && before == 0) {
                      bytes[at] = (byte) (at == messageType ? 11 : 0xff);
                    }
                    return bytes;
                  })
              .open();
      bothFail(base, middle.ends);
      hears(
          middle.ends.client,
          middle.ends.server,
          "unexpected_message",
          "decode_error",
          "illegal_parameter",
          "handshake_failure",
          "internal_error");
    }
  }

  /** The record of a version, which is authenticated or not, is bent behind the handshake. */
  @TlsEngineTest
  void badRecordMac(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final boolean[] bends = new boolean[1];
    final TlsMiddle middle =
        TlsMiddle.onSockets(bases, base, kind)
            .bend(
                (direction, before, bytes) -> {
                  if (bends[0] && direction == 0) {
                    bytes[bytes.length - 1] ^= 1;
                  }
                  return bytes;
                })
            .open();
    middle.ends.open(base);
    Streams.runFor(base, 20);
    bends[0] = true;
    middle.ends.client.write(TlsKit.bytes("bent"));
    bothFail(base, middle.ends);
    hears(middle.ends.client, middle.ends.server, "bad_record_mac", "decrypt_error");
  }
}
