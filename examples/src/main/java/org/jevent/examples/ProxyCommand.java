package org.jevent.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jevent.tls.TlsContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tcp-proxy}: passes connections on to another server. */
@Command(
    name = "tcp-proxy",
    description = "Connects each client to another server and passes on what either says.",
    mixinStandardHelpOptions = true)
final class ProxyCommand implements Callable<Integer> {
  @Option(
      names = "--to",
      paramLabel = "HOST:PORT",
      required = true,
      description = "where the server is")
  private String to;

  @Option(names = "--to-tls", description = "speaks TLS with the server")
  private boolean toTls;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "the authorities to trust, PEM, with --to-tls; default: those of the JDK")
  private Path trust;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    final int colon = to.lastIndexOf(':');
    if (colon < 1) {
      throw wrong();
    }
    final String host = to.substring(0, colon).replaceAll("^\\[|]$", "");
    final int port;
    try {
      port = Integer.parseInt(to.substring(colon + 1));
    } catch (final NumberFormatException e) {
      throw wrong();
    }
    if (port < 1 || port > 65_535) {
      throw wrong();
    }
    return Serving.run("tcp-proxy", () -> make(host, port), "proxy", options);
  }

  private Server make(final String host, final int port) throws IOException {
    final TlsContext server = toTls ? TlsClientOptions.context(trust) : null;
    return new ProxyServer(options.engine, host, port, server).tls(tls.context());
  }

  private ParameterException wrong() {
    return new ParameterException(
        spec.commandLine(), "--to " + to + " is not HOST:PORT with a port of 1..65535");
  }
}
