package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jevent.EventBase;
import org.jevent.Logging;
import org.jevent.tls.Tls;
import org.jevent.tls.TlsContext;
import org.jevent.tls.TlsError;

/** What is logged at the finest level, and what objects say of themselves, has no secrets. */
class TlsSecretsTest {
  private static final String PLAINTEXT = "attack at dawn";
  private static final String PASSWORD = "correct horse";

  private static String stack(final Throwable thrown) {
    final StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static List<String> secrets(final TlsKit.Ends ends) throws Exception {
    final byte[] key = TlsKit.LOCALHOST.keys().getPrivate().getEncoded();
    final byte[] session = Tls.of(ends.client).session().getId();
    final List<String> secrets = new ArrayList<>(List.of(PLAINTEXT, PASSWORD));
    for (final byte[] secret : List.of(key, session)) {
      if (secret.length >= 16) {
        final byte[] part = Arrays.copyOfRange(secret, secret.length - 16, secret.length);
        secrets.add(HexFormat.of().formatHex(part));
        secrets.add(Base64.getEncoder().withoutPadding().encodeToString(part).substring(2, 18));
      }
    }
    Files.readAllLines(TlsKit.KEY_FILE).stream()
        .filter(line -> line.length() == 64)
        .forEach(secrets::add);
    return secrets;
  }

  @TlsEngineTest
  void nothingSecretIsLoggedOrNamed(final Bases bases, final TlsKit.Kind kind) throws Exception {
    final List<String> said = new ArrayList<>();
    final List<String> secrets;
    Logging.setCallback((severity, message, cause) -> said.add(severity + " " + message));
    Logging.debug(true);
    try {
      final EventBase base =
          bases.base(
              bases.config().log((severity, message, cause) -> said.add(severity + message)));
      final TlsContext server = kind.localhost();
      final TlsContext client = kind.trusting();
      final TlsKit.Ends ends = TlsKit.ends(bases, base, client, server);
      ends.client.write(TlsKit.bytes(PLAINTEXT));
      ends.open(base);
      Streams.run(base, () -> ends.server.input().length() == PLAINTEXT.length());
      secrets = secrets(ends);
      for (final Object each :
          List.of(client, server, Tls.of(ends.client), Tls.of(ends.server), ends.client)) {
        said.add(each.toString());
      }
      final StringBuilder events = new StringBuilder();
      base.dumpEvents(events);
      said.add(events.toString());
      ends.server.setCallbacks(
          null,
          null,
          (self, what) -> {
            throw new IllegalStateException("the callback of " + self + ", " + Tls.of(self));
          });
      ends.client.close();
      Streams.run(base, () -> !bases.exceptions.isEmpty());
      bases.exceptions.forEach(thrown -> said.add(stack(thrown)));
      final TlsKit.Ends failing = TlsKit.ends(bases, base, kind.trusting(), server(kind));
      Streams.run(base, () -> !failing.clientEvents.isEmpty());
      final TlsError error = Tls.of(failing.client).error();
      said.add(error.toString());
      said.add(stack(error.cause()));
      assertThatThrownBy(
              () ->
                  TlsContext.server()
                      .identity(TlsKit.KEY_FILE, TlsKit.KEY_FILE, PASSWORD.toCharArray()))
          .satisfies(thrown -> said.add(stack(thrown)));
    } finally {
      Logging.debug(false);
      Logging.useDefault();
    }
    assertThat(said).hasSizeGreaterThan(8);
    final String all = String.join("\n", said).toLowerCase(Locale.ROOT);
    for (final String secret : secrets) {
      assertThat(all).doesNotContain(secret.toLowerCase(Locale.ROOT));
    }
  }

  private static TlsContext server(final TlsKit.Kind kind) throws Exception {
    final Certificates.Identity self =
        Certificates.selfSigned("self", new Certificates.Wish().dns("localhost"));
    return kind.server().identity(self.chain(TlsKit.FOLDER), self.key(TlsKit.FOLDER)).build();
  }
}
