package org.jevent.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jevent.http.HttpClient;
import org.jevent.http.HttpExchange;
import org.jevent.http.HttpUri;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code http-proxy}: passes requests on to another server. */
@Command(
    name = "http-proxy",
    description = "Passes requests on to another server, over connections that are kept.",
    mixinStandardHelpOptions = true)
final class WebProxyCommand implements Callable<Integer> {
  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "such as http://localhost:8080 or http://unix:/run/app.sock:")
  private String to;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "the authorities to trust, PEM, for https; default: those of the JDK")
  private Path trust;

  @Option(names = "--log", description = "prints a line for each request")
  private boolean logs;

  @Mixin private ServerOptions options;

  @Mixin private TlsServerOptions tls;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      final HttpUri server = HttpUri.parse(to, HttpUri.Mode.UNIX);
      if (server.path().length() > 1 || server.query() != null || server.fragment() != null) {
        throw new IllegalArgumentException("a server has no path: each request has its own");
      }
      return Serving.run("http-proxy", () -> make(server), "http-proxy", options);
    } catch (final IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--to " + to + ": " + e.getMessage(), e);
    }
  }

  private Server make(final HttpUri server) throws IOException {
    final WebServer made = new WebServer(options.engine, logs);
    final HttpClient.Builder builder = HttpClient.builder(made.base);
    if (trust != null) {
      builder.tls(TlsClientOptions.context(trust));
    }
    final HttpClient client = made.later(builder.build());
    made.http.allowedMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    return made.handler(exchange -> pass(exchange, client, server)).tls(tls.context());
  }

  private static void pass(
      final HttpExchange exchange, final HttpClient client, final HttpUri server) {
    final String query = exchange.query() == null ? "" : "?" + exchange.query();
    final List<String> via = new ArrayList<>(exchange.headers().all("via"));
    via.add("1.1 jevent");
    client
        .request(exchange.method(), server)
        .target(exchange.rawPath() + query)
        .header("via", String.join(", ", via))
        .header("x-forwarded-proto", exchange.connection().scheme())
        .forward(exchange.maxBody(Long.MAX_VALUE));
  }
}
