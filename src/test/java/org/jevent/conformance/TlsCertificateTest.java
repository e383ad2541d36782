package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jevent.Event;
import org.jevent.EventBase;
import org.jevent.bufferevent.BufferEvent;
import org.jevent.tls.ClientAuth;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;
import org.jevent.tls.TlsError.Kind;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose certificates are trusted, by whom, and in which files they may be. */
class TlsCertificateTest {
  @TempDir Path folder;

  private static Certificates.Wish names() throws IOException {
    return new Certificates.Wish().dns("localhost").ip("127.0.0.1");
  }

  private TlsContext server(final TlsKit.Kind kind, final Certificates.Identity identity) {
    return TlsKit.made(
        () -> kind.server().identity(identity.chain(folder), identity.key(folder)).build());
  }

  private TlsError clientError(
      final Bases bases, final TlsKit.Kind kind, final Certificates.Identity shown) {
    return clientError(bases, kind, shown, "localhost");
  }

  /** What the client says of a server's certificate; null: it trusts it. */
  private TlsError clientError(
      final Bases bases,
      final TlsKit.Kind kind,
      final Certificates.Identity shown,
      final String host) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), server(kind, shown));
    Tls.of(ends.client).peer(host, -1);
    Streams.run(base, () -> !ends.clientEvents.isEmpty() && !ends.serverEvents.isEmpty());
    final TlsError error = Tls.of(ends.client).error();
    assertThat(ends.clientEvents).containsExactly(error == null ? "CONNECTED" : "ERROR");
    return error;
  }

  @TlsEngineTest
  void theRightNamesAreTrusted(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final Certificates.Identity good =
        Certificates.signed("x", names().dns("*.example.org").dns("example.com"), TlsKit.AUTHORITY);
    for (final String host : List.of("localhost", "127.0.0.1", "a.example.org", "example.com")) {
      assertThat(clientError(bases, kind, good, host)).as(host).isNull();
    }
    for (final String host : List.of("127.0.0.2", "a.b.example.org", "example.org", "local")) {
      assertThat(clientError(bases, kind, good, host))
          .as(host)
          .isNotNull()
          .extracting(TlsError::kind)
          .isEqualTo(Kind.HOSTNAME);
    }
  }

  @TlsEngineTest
  void wrongDatesAreRefused(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final Instant now = Instant.now();
    final Certificates.Identity expired =
        Certificates.signed(
            "expired", names().until(now.minus(Duration.ofHours(1))), TlsKit.AUTHORITY);
    final Certificates.Identity future =
        Certificates.signed("future", names().from(now.plus(Duration.ofDays(1))), TlsKit.AUTHORITY);
    assertThat(clientError(bases, kind, expired).kind()).isEqualTo(Kind.CERTIFICATE);
    assertThat(clientError(bases, kind, future).kind()).isEqualTo(Kind.CERTIFICATE);
  }

  @TlsEngineTest
  void unknownIssuersAreRefused(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final Certificates.Identity other =
        Certificates.selfSigned("other", new Certificates.Wish().authority());
    assertThat(clientError(bases, kind, Certificates.selfSigned("self", names())).kind())
        .isEqualTo(Kind.CERTIFICATE);
    assertThat(clientError(bases, kind, Certificates.signed("stranger", names(), other)).kind())
        .isEqualTo(Kind.CERTIFICATE);
  }

  @TlsEngineTest
  void anIntermediateBelongsToTheChain(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final Certificates.Identity middle =
        Certificates.signed("middle", new Certificates.Wish().authority(), TlsKit.AUTHORITY);
    final Certificates.Identity leaf = Certificates.signed("leaf", names(), middle);
    assertThat(clientError(bases, kind, leaf)).isNull();
    final EventBase base = bases.base();
    final TlsContext incomplete =
        TlsKit.made(() -> kind.server().identity(leaf.alone(folder), leaf.key(folder)).build());
    final TlsKit.Ends ends = TlsKit.ends(bases, base, kind.trusting(), incomplete);
    Streams.run(base, () -> !ends.clientEvents.isEmpty());
    assertThat(Tls.of(ends.client).error().kind()).isEqualTo(Kind.CERTIFICATE);
  }

  @TlsEngineTest
  void anRsaCertificate(final Bases bases, final TlsKit.Kind kind) throws Exception {
    assertThat(
            clientError(bases, kind, Certificates.signed("rsa", names().rsa(), TlsKit.AUTHORITY)))
        .isNull();
  }

  /** Nothing is sent before it is known whom the certificate should belong to. */
  @TlsEngineTest
  void withoutAHostNothingIsSent(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final BufferEvent[] pair = BufferEvent.pair(base, BufferEvent.CLOSE_ON_FREE);
    bases.later(pair[0]);
    bases.later(pair[1]);
    final BufferEvent client =
        bases.later(Tls.filter(pair[0], kind.trusting(), Tls.State.CONNECTING, 0));
    final int[] seen = new int[1];
    client.setCallbacks(null, null, (self, what) -> seen[0] = what);
    pair[1].enable(Event.READ);
    Streams.run(base, () -> seen[0] != 0);
    assertThat(seen[0]).isEqualTo(BufferEvent.ERROR);
    assertThat(Tls.of(client).error().kind()).isEqualTo(Kind.HOSTNAME);
    assertThat(pair[1].input().length()).isZero();
  }

  @TlsEngineTest
  void withoutVerificationAnyTrustedCertificateWillDo(final Bases bases, final TlsKit.Kind kind)
      throws Exception {
    final EventBase base = bases.base();
    final TlsContext careless =
        kind.client().trust(TlsKit.AUTHORITY_FILE).withoutHostnameVerification().build();
    final Certificates.Identity other =
        Certificates.signed("other", new Certificates.Wish().dns("other"), TlsKit.AUTHORITY);
    TlsKit.ends(bases, base, careless, server(kind, other)).open(base);
    final TlsKit.Ends distrusting =
        TlsKit.ends(bases, base, careless, server(kind, Certificates.selfSigned("self", names())));
    Streams.run(base, () -> !distrusting.clientEvents.isEmpty());
    assertThat(distrusting.clientEvents).containsExactly("ERROR");
  }

  private TlsContext asking(final TlsKit.Kind kind, final ClientAuth auth) {
    return TlsKit.made(
        () ->
            kind.server()
                .identity(TlsKit.CHAIN_FILE, TlsKit.KEY_FILE)
                .trust(TlsKit.AUTHORITY_FILE)
                .clientAuth(auth)
                .build());
  }

  @TlsEngineTest
  void clientsShowCertificates(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final EventBase base = bases.base();
    final Certificates.Identity user =
        Certificates.signed("user", new Certificates.Wish(), TlsKit.AUTHORITY);
    final TlsContext client =
        kind.client()
            .trust(TlsKit.AUTHORITY_FILE)
            .identity(user.chain(folder), user.key(folder))
            .build();
    final TlsKit.Ends ends = TlsKit.ends(bases, base, client, asking(kind, ClientAuth.REQUIRED));
    ends.open(base);
    assertThat(Tls.of(ends.server).session().getPeerPrincipal().getName()).isEqualTo("CN=user");
    TlsKit.ends(bases, base, kind.trusting(), asking(kind, ClientAuth.OPTIONAL)).open(base);
  }

  /** A client of TLS 1.3 is connected by then, and hears of it afterwards. */
  @TlsEngineTest
  void clientsWithoutCertificatesAreRefused(final Bases bases, final TlsKit.Kind kind) {
    final EventBase base = bases.base();
    final TlsKit.Ends ends =
        TlsKit.ends(bases, base, kind.trusting(), asking(kind, ClientAuth.REQUIRED));
    Streams.run(
        base,
        () ->
            !ends.serverEvents.isEmpty()
                && ends.clientEvents.stream().anyMatch(event -> event.contains("ERROR")));
    assertThat(ends.serverEvents).containsExactly("ERROR");
    if (kind.is13()) {
      assertThat(ends.clientEvents).containsExactly("CONNECTED", "READING|ERROR");
    } else {
      assertThat(ends.clientEvents).containsExactly("ERROR");
    }
    assertThat(Tls.of(ends.client).error().kind()).isEqualTo(Kind.ALERT_RECEIVED);
  }

  // ---- PEM files ----

  private static void openssl(final Path folder, final String... arguments) throws Exception {
    final Process process =
        new ProcessBuilder(arguments).directory(folder.toFile()).redirectErrorStream(true).start();
    final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private static void reads(final Path chain, final Path key, final char... password)
      throws GeneralSecurityException, IOException {
    TlsContext.server().identity(chain, key, password).build();
  }

  @Test
  void keysOfEachKind() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no openssl to make keys with");
    final Certificates.Identity rsa = Certificates.selfSigned("rsa", new Certificates.Wish().rsa());
    final Path ecKey = TlsKit.LOCALHOST.key(folder);
    final Path rsaKey = rsa.key(folder);
    openssl(folder, "openssl", "ec", "-in", ecKey.toString(), "-out", "sec1");
    openssl(folder, "openssl", "rsa", "-traditional", "-in", rsaKey.toString(), "-out", "pkcs1");
    openssl(folder, "openssl", "ec", "-no_public", "-in", ecKey.toString(), "-out", "short");
    for (final String[] made :
        new String[][] {{ecKey.toString(), "ec.p8"}, {rsaKey.toString(), "rsa.p8"}}) {
      openssl(
          folder,
          "openssl",
          "pkcs8",
          "-topk8",
          "-in",
          made[0],
          "-out",
          made[1],
          "-v2",
          "aes256",
          "-passout",
          "pass:geheim");
    }
    openssl(
        folder,
        "openssl",
        "rsa",
        "-traditional",
        "-aes128",
        "-in",
        rsaKey.toString(),
        "-out",
        "old",
        "-passout",
        "pass:geheim");
    final Path ec = TlsKit.LOCALHOST.chain(folder);
    final Path other = rsa.chain(folder);
    assertThat(folder.resolve("sec1")).content().contains("EC PRIVATE KEY");
    assertThat(folder.resolve("pkcs1")).content().contains("RSA PRIVATE KEY");
    reads(ec, ecKey);
    reads(ec, folder.resolve("sec1"));
    reads(ec, folder.resolve("short"));
    reads(other, folder.resolve("pkcs1"));
    reads(ec, folder.resolve("ec.p8"), "geheim".toCharArray());
    reads(other, folder.resolve("rsa.p8"), "geheim".toCharArray());
    assertThatThrownBy(() -> reads(ec, folder.resolve("ec.p8"), "falsch".toCharArray()))
        .hasMessageContaining("does not open with the password");
    assertThatThrownBy(() -> reads(ec, folder.resolve("ec.p8")))
        .hasMessageContaining("has no password");
    assertThatThrownBy(() -> reads(other, folder.resolve("old")))
        .hasMessageContaining("openssl pkcs8");
    assertThatThrownBy(() -> reads(other, ecKey)).hasMessageContaining("is not that of");
  }

  @Test
  void linesMayEndAsOnWindowsAndTextMayStandBefore() throws Exception {
    final Path chain = folder.resolve("windows");
    Files.writeString(
        chain,
        "Bag Attributes\r\n  friendlyName: x\r\n"
            + Files.readString(TlsKit.CHAIN_FILE).replace("\n", "\r\n"));
    reads(chain, TlsKit.KEY_FILE);
    final Path both = folder.resolve("both");
    Files.writeString(
        both, Files.readString(TlsKit.CHAIN_FILE) + Files.readString(TlsKit.KEY_FILE));
    reads(both, both);
  }

  @Test
  void filesWithoutWhatTheyShouldHave() throws IOException {
    final Path empty = Files.writeString(folder.resolve("empty"), "nothing");
    assertThatThrownBy(() -> reads(empty, TlsKit.KEY_FILE))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("no certificate is in the PEM file");
    assertThatThrownBy(() -> reads(TlsKit.CHAIN_FILE, empty))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("no private key is in the PEM file");
    assertThatThrownBy(() -> reads(folder.resolve("none"), empty)).isInstanceOf(IOException.class);
    final Path broken =
        Files.writeString(
            folder.resolve("broken"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
    assertThatThrownBy(() -> reads(TlsKit.CHAIN_FILE, broken))
        .isInstanceOf(GeneralSecurityException.class)
        .hasMessageContaining("is none of RSA");
  }
}
