package org.jevent.soak;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jevent.tls.TlsContext;

/** A certificate of localhost that signs itself, made by the JDK's keytool for this process. */
final class Identity {
  private static final String PASSWORD = "password";

  /** What is kept for resumption must not look like growth. */
  private static final int SESSIONS = 16;

  private static final KeyStore STORE = made();

  private Identity() {}

  private static KeyStore made() {
    try {
      final Path folder = Files.createTempDirectory("jevent-soak");
      final Path file = folder.resolve("identity.p12");
      try {
        run(file);
        final KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
          store.load(in, PASSWORD.toCharArray());
        }
        return store;
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (final IOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate can be made", e);
    }
  }

  private static void run(final Path file) throws IOException {
    final Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "localhost",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (tool.waitFor() != 0) {
        throw new IOException("keytool has failed: " + tool.exitValue());
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** A server's context, of one generation: what it keeps goes with that. */
  static TlsContext server(final String protocol) {
    try {
      final KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(STORE, PASSWORD.toCharArray());
      return limited(TlsContext.server().identity(keys.getKeyManagers()), protocol);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The context of a client that trusts it. */
  static TlsContext client(final String protocol) {
    try {
      final TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(STORE);
      return limited(TlsContext.client().trust(trust.getTrustManagers()), protocol);
    } catch (final GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TlsContext limited(final TlsContext.Builder builder, final String protocol)
      throws GeneralSecurityException {
    return builder.protocols(protocol).sessions(SESSIONS, Duration.ofMinutes(1)).build();
  }
}
