package org.jevent.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of servers that may speak TLS. */
final class TlsServerOptions {
  @Option(names = "--tls", description = "clients speak TLS; needs --certificate and --key")
  private boolean tls;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "the chain of certificates, PEM; see the program certificate")
  private Path certificate;

  @Option(names = "--key", paramLabel = "FILE", description = "its private key, PEM")
  private Path key;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What clients are to be served with; null: no TLS. */
  TlsContext context() throws IOException {
    if (!tls) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new ParameterException(spec.commandLine(), "--tls needs --certificate and --key");
    }
    try {
      return TlsContext.server().identity(certificate, key).build();
    } catch (final GeneralSecurityException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
