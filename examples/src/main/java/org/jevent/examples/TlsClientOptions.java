package org.jevent.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Option;

/** The options of clients that may speak TLS. */
final class TlsClientOptions {
  @Option(names = "--tls", description = "speaks TLS with the server")
  private boolean tls;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "the authorities to trust, PEM; default: those of the JDK")
  private Path trust;

  /** What the server is to be met with; null: no TLS. */
  TlsContext context() throws IOException {
    return tls ? context(trust) : null;
  }

  /** A client's context that trusts the authorities of a file, or for null those of the JDK. */
  static TlsContext context(final Path trust) throws IOException {
    try {
      final TlsContext.Builder builder = TlsContext.client();
      return (trust == null ? builder : builder.trust(trust)).build();
    } catch (final GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
